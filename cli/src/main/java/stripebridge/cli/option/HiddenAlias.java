package stripebridge.cli.option;

import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// Keeps the former name of an option working. Neither help nor completions show it.
public final class HiddenAlias {
  private HiddenAlias() {}

  /// Gives an option of a command one more name.
  ///
  /// @return the command
  public static CommandLine add(CommandLine command, String formerName, String name) {
    OptionSpec option = command.getCommandSpec().findOption(name);
    if (option.defaultValue() != null) {
      // picocli sets the default when `name` itself is absent, after the value of the alias.
      throw new IllegalArgumentException("the default of " + name + " would replace " + formerName);
    }
    command
        .getCommandSpec()
        .addOption(OptionSpec.builder(option).names(formerName).hidden(true).build());
    return command;
  }
}
