package stripebridge.cli;

import java.io.Console;
import java.nio.file.Path;
import java.time.InstantSource;

/// The process: hands over its arguments, environment and streams, and exits. All else is in
/// [StripebridgeCli], which tests call the same way.
public final class Main {
  private Main() {}

  /// Runs one command and ends the process with its exit code.
  @SuppressWarnings("SystemConsoleNull") // With -Djdk.console=java.base it is null off a terminal.
  public static void main(String[] args) {
    Console console = System.console();
    boolean terminal = console != null && console.isTerminal();
    System.exit(
        StripebridgeCli.run(
            args,
            new CliContext(
                System.getenv(),
                Path.of("").toAbsolutePath(),
                System.in,
                System.out,
                System.err,
                terminal,
                InstantSource.system())));
  }
}
