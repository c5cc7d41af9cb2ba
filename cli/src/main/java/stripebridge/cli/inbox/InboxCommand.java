package stripebridge.cli.inbox;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;

/// `stripebridge inbox`: the parent of the commands that inspect and repair an inbox.
@Command(
    name = "inbox",
    description = "Inspect the inbox, and repair its entries.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "list, show and stats change nothing. A change is made by the `serve` that owns",
      "the inbox, within a second, or by the command itself when none is running; in",
      "Redis it is made at once.",
      "",
      "Examples:",
      "  stripebridge inbox stats",
      "  stripebridge inbox list --state parked",
      "  stripebridge inbox retry --all-parked"
    })
public final class InboxCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private InboxCommand() {}

  /// The command with its subcommands.
  public static CommandLine composed(CliContext context) {
    return new CommandLine(new InboxCommand())
        .addSubcommand(InboxListCommand.composed(context))
        .addSubcommand(InboxShowCommand.composed(context))
        .addSubcommand(InboxStatsCommand.composed(context))
        .addSubcommand(InboxRetryCommand.composed(context))
        .addSubcommand(InboxDiscardCommand.composed(context))
        .addSubcommand(InboxMoveCommand.composed(context))
        .addSubcommand(InboxAcknowledgeLossCommand.composed(context))
        .addSubcommand(InboxRecoverCommand.composed(context));
  }

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "No command given");
  }
}
