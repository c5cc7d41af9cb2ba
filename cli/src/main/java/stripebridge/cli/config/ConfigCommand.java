package stripebridge.cli.config;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;

/// `stripebridge config`: the parent of the commands for settings.
@Command(
    name = "config",
    description = "Show the settings.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example:", "  stripebridge config show"})
public final class ConfigCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private ConfigCommand() {}

  /// The command with its subcommands.
  public static CommandLine composed(CliContext context) {
    return new CommandLine(new ConfigCommand()).addSubcommand(ConfigShowCommand.composed(context));
  }

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "No command given");
  }
}
