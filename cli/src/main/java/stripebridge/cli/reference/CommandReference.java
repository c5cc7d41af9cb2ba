package stripebridge.cli.reference;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import stripebridge.cli.ExitCode;

/// The reference pages in `docs/reference/` that are made of the code itself.
public final class CommandReference {
  private CommandReference() {}

  /// `commands.md`: the help of every command, as the command prints it.
  public static String commands(CommandLine tree) {
    StringBuilder page = new StringBuilder();
    page.append("# Commands\n\nWhat `--help` prints for each. Made by `make golden`.\n");
    command(tree, page);
    return page.toString();
  }

  private static void command(CommandLine command, StringBuilder page) {
    page.append("\n## ").append(command.getCommandSpec().qualifiedName()).append("\n\n```\n");
    page.append(command.getUsageMessage(Ansi.OFF).stripTrailing()).append("\n```\n");
    command.getSubcommands().values().forEach(child -> command(child, page));
  }

  /// `exit-codes.md`: the exit codes.
  public static String exitCodes() {
    StringBuilder page = new StringBuilder();
    page.append("# Exit codes\n\nThe same for every command. Made by `make golden`.\n\n");
    page.append("| code | meaning |\n| --- | --- |\n");
    for (ExitCode code : ExitCode.values()) {
      page.append("| ").append(code.value()).append(" | ").append(code.meaning()).append(" |\n");
    }
    return page.toString();
  }
}
