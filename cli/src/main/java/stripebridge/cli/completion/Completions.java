package stripebridge.cli.completion;

import picocli.AutoComplete;
import picocli.CommandLine;

/// Generates completion scripts from the command tree.
public final class Completions {

  /// A supported shell, spelled as on the command line.
  public enum Shell {
    bash,
    zsh,
    fish
  }

  private Completions() {}

  /// The completion script for a shell.
  public static String script(Shell shell, CommandLine tree) {
    return switch (shell) {
      case bash -> AutoComplete.bash(tree.getCommandName(), tree);
      case zsh -> new ZshCompletion().script(tree);
      case fish -> new FishCompletion().script(tree);
    };
  }
}
