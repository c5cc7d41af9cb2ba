package stripebridge.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/// What the build runs so that the JVM records what starting a command loads, and writes it into
/// the AOT cache. Nothing is printed, and a command that fails is learned from all the same.
final class AotTraining {
  private AotTraining() {}

  /// Runs each command line: a command with its arguments, separated by spaces.
  public static void main(String[] commandLines) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Path here = Path.of("").toAbsolutePath();
    for (String commandLine : commandLines) {
      StripebridgeCli.run(
          commandLine.split(" ", -1),
          Map.of(),
          here,
          InputStream.nullInputStream(),
          nowhere,
          nowhere);
    }
  }
}
