package stripebridge.cli.completion;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import stripebridge.cli.CliContext;
import stripebridge.cli.ExitCode;

/// `stripebridge completion`: prints the completion script of a shell.
@Command(
    name = "completion",
    description = "Print a completion script for your shell.",
    footer = {
      "",
      "Examples:",
      "  source <(stripebridge completion bash)",
      "  stripebridge completion zsh > ~/.zsh/completions/_stripebridge",
      "  stripebridge completion fish | source"
    })
public final class CompletionCommand implements Callable<Integer> {
  @Parameters(paramLabel = "SHELL", description = "One of: bash, zsh, fish.")
  private Completions.Shell shell;

  private final CliContext context;
  private final Supplier<CommandLine> tree;

  /// @param tree builds a new command tree
  public CompletionCommand(CliContext context, Supplier<CommandLine> tree) {
    this.context = context;
    this.tree = tree;
  }

  @Override
  public Integer call() {
    context.out().print(Completions.script(shell, tree.get()));
    return ExitCode.OK.value();
  }
}
