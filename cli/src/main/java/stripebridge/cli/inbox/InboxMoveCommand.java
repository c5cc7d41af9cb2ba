package stripebridge.cli.inbox;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.SettingOptions;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.inbox.InboxException;
import stripebridge.service.inbox.InboxMove;
import stripebridge.service.inbox.InboxMove.Moved;
import stripebridge.service.inbox.MoveEndpoint;

/// `stripebridge inbox move`: moves an inbox from a file to Redis, or back.
@Command(
    name = "move",
    description = "Move the contents of an inbox to another: from a file to Redis, or back.",
    footer = {
      "",
      "Waiting and parked entries and all known ids leave the source and arrive in the",
      "target; an entry is in both for a moment at most, and one whose id the target",
      "knows is not stored twice. Run an interrupted move again with the same command.",
      "No serve may use the source. Redis user, password and certificates come from",
      "the settings.",
      "",
      "Examples:",
      "  stripebridge inbox move --from stripebridge-inbox.db --to redis://cache:6379/0",
      "  stripebridge inbox move --from redis://cache:6379/0 --to stripebridge-inbox.db"
    })
public final class InboxMoveCommand implements Callable<Integer> {
  @Option(
      names = "--from",
      required = true,
      paramLabel = "PLACE",
      description = "File or redis:// URL of the source inbox, without a password.")
  private String fromPlace = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "PLACE",
      description = "File or redis:// URL of the target inbox, without a password.")
  private String toPlace = "";

  @Spec private CommandSpec spec;

  private final CliContext context;
  private final SettingOptions settings = SettingOptions.ofGroups(SettingGroup.INBOX);

  private InboxMoveCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    InboxMoveCommand command = new InboxMoveCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() {
    Place source = new Place(fromPlace);
    Place target = new Place(toPlace);
    if (source.isRedis() && target.isRedis()) {
      throw new ParameterException(spec.commandLine(), "One of the two inboxes must be a file");
    }
    Moved moved = move(source, target);
    context.out().println("moved " + EntryText.counts(moved.byState()) + " to " + target);
    if (moved.known() > 0) {
      context
          .out()
          .println(moved.known() + " of them were already known there, and are not stored twice");
    }
    return ExitCode.OK.value();
  }

  private Moved move(Place source, Place target) {
    Place.Resolved sourceInbox = source.resolve(context, settings::reader);
    Place.Resolved targetInbox = target.resolve(context, settings::reader);
    try (MoveEndpoint from = sourceInbox.open(true);
        MoveEndpoint to = targetInbox.open(false)) {
      return InboxMove.run(from, to);
    } catch (InboxException.Unusable e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()), e.hint());
    } catch (InboxException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE,
          String.valueOf(e.getMessage()),
          "nothing is lost; run the same command again to continue");
    }
  }
}
