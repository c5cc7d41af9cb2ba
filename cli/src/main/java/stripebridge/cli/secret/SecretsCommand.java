package stripebridge.cli.secret;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;

/// `stripebridge secrets`: the parent of the commands for webhook secrets.
@Command(
    name = "secrets",
    description = "Watch the ages and the use of webhook secrets.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  stripebridge secrets status"})
public final class SecretsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private SecretsCommand() {}

  /// The command with its subcommands.
  public static CommandLine composed(CliContext context) {
    return new CommandLine(new SecretsCommand())
        .addSubcommand(SecretsStatusCommand.composed(context));
  }

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "No command given");
  }
}
