package stripebridge.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/// The build runs this so that the JVM records which classes a command loads at start-up, and
/// writes them into the AOT cache. Prints nothing; a failing command is recorded too.
final class AotTraining {
  private AotTraining() {}

  /// Runs each command line: a command and its arguments, separated by spaces.
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
