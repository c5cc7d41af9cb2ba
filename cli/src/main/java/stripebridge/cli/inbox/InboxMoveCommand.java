package stripebridge.cli.inbox;

import java.util.EnumSet;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxException;
import stripebridge.service.inbox.InboxMove;
import stripebridge.service.inbox.InboxMove.Moved;
import stripebridge.service.inbox.MoveEndpoint;

/// `stripebridge inbox move`: from a file to Redis, or back.
@Command(
    name = "move",
    description = "Carry all that an inbox holds to another: from a file to Redis, or back.",
    footer = {
      "",
      "What waits, what is parked and the ids that are remembered leave the one inbox and",
      "are in the other; nothing is in both for longer than a moment, and what the other",
      "knows already is not kept twice. A move that broke off is begun again by the same",
      "command. No serve may use the inbox that is left. The user and the password of",
      "Redis, and its certificates, come from the settings.",
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
      description = "File or redis:// URL of the inbox that is left, without a password.")
  private String fromPlace = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "PLACE",
      description = "File or redis:// URL of the inbox that takes it all, without a password.")
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
      throw new ParameterException(spec.commandLine(), "One of the two inboxes has to be a file");
    }
    Moved moved = move(source, target);
    context.out().println("moved " + counted(moved) + " to " + target);
    if (moved.known() > 0) {
      context.out().println(moved.known() + " of them were known there, and are not there twice");
    }
    return ExitCode.OK.value();
  }

  private Moved move(Place source, Place target) {
    Place.Found left = source.find(context, settings::reader);
    Place.Found taken = target.find(context, settings::reader);
    try (MoveEndpoint from = left.open(true);
        MoveEndpoint to = taken.open(false)) {
      return InboxMove.run(from, to);
    } catch (InboxException.Unusable e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()), e.hint());
    } catch (InboxException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE,
          String.valueOf(e.getMessage()),
          "nothing is lost: run the same command again, and it goes on");
    }
  }

  private static String counted(Moved moved) {
    return EnumSet.allOf(EntryState.class).stream()
        .map(state ->
            moved.byState().getOrDefault(state, 0L) + " " + state.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
