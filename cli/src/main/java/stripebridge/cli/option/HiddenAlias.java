package stripebridge.cli.option;

import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

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

  /// Refuses a former name and its new name together: the last one would win silently.
  ///
  /// @throws ParameterException naming both
  public static void refuseBoth(ParseResult result) {
    for (ParseResult each = result; each != null; each = each.subcommand()) {
      Map<Object, OptionSpec> seen = new HashMap<>();
      for (OptionSpec option : each.matchedOptionsSet()) {
        // Both names set one field. Options of settings have no field.
        OptionSpec other =
            option.userObject() == null ? null : seen.put(option.userObject(), option);
        if (other != null) {
          throw new ParameterException(
              each.commandSpec().commandLine(),
              "%s and %s are the same option; pass one of them"
                  .formatted(other.longestName(), option.longestName()));
        }
      }
    }
  }
}
