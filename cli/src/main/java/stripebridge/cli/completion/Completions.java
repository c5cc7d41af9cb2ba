package stripebridge.cli.completion;

import picocli.AutoComplete;
import picocli.CommandLine;

/// Completion scripts for the shells our users have, each made from the command tree.
public final class Completions {

  /// A shell that can complete our commands. Spelled as a user types it.

  public enum Shell {
    bash,
    zsh,
    fish
  }

  private Completions() {}

  /// The script that a shell sources.
  public static String script(Shell shell, CommandLine tree) {
    return switch (shell) {
      case bash -> AutoComplete.bash(tree.getCommandName(), tree);
      case zsh -> new ZshCompletion().script(tree);
      case fish -> new FishCompletion().script(tree);
    };
  }
}
