package stripebridge.cli.option;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Keeps the former name of an option working. Neither help nor completions show it.
public final class HiddenAlias {
  private HiddenAlias() {}

  /// Gives an option of a command one more name.
  ///
  /// @return the command
  public static CommandLine add(CommandLine command, String formerName, String name) {
    CommandSpec spec = command.getCommandSpec();
    spec.addOption(
        OptionSpec.builder(spec.findOption(name)).names(formerName).hidden(true).build());
    return command;
  }
}
