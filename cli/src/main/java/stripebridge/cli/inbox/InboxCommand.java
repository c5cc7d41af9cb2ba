package stripebridge.cli.inbox;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;

/// `stripebridge inbox`: what waits and what is parked, beside a running `serve` or without one.
@Command(
    name = "inbox",
    description = "Look into the inbox, and repair what is in it.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Looking changes nothing. What changes something is done by the `serve` that has",
      "the inbox, within a second, or by the command itself when none runs; in Redis it",
      "is done at once.",
      "",
      "Examples:",
      "  stripebridge inbox stats",
      "  stripebridge inbox list --state parked",
      "  stripebridge inbox retry --all-parked"
    })
public final class InboxCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private InboxCommand() {}

  /// The command with its own commands.
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
