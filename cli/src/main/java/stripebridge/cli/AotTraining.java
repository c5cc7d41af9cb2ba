package stripebridge.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;

/// The build runs this so that the JVM records which classes commands load, and writes them into an
/// AOT cache. Prints nothing but failures.
final class AotTraining {
  private AotTraining() {}

  /// Runs each command line: the exit code that it must have, a command, and its arguments,
  /// separated by spaces. Exits with 0 if each command ends as expected.
  public static void main(String[] commandLines) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Path here = Path.of("").toAbsolutePath();
    for (String commandLine : commandLines) {
      String[] words = commandLine.split(" ", -1);
      String[] args = new String[words.length - 1];
      System.arraycopy(words, 1, args, 0, args.length);
      int code =
          StripebridgeCli.run(
              args, System.getenv(), here, InputStream.nullInputStream(), nowhere, nowhere);
      if (code != Integer.parseInt(words[0])) {
        System.err.println("error: '" + commandLine + "' ended with " + code);
        System.exit(ExitCode.BUG.value());
      }
    }
    // The way of a real process, which ends with this one.
    Main.main(new String[] {"--version"});
  }
}
