package stripebridge.acceptance.run;

import stripebridge.cli.CliContext;

/// The program to run: the entry point that `Main` calls, or a stand-in in the tests of the
/// runners.
@FunctionalInterface
public interface Program {
  /// Runs one command to its end, and returns its exit code.
  int run(String[] args, CliContext context);
}
