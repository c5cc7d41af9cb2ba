package stripebridge.bench.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stripebridge.cli.Main;

/// Runs a command of the bridge in its own JVM.
final class CliProcess {
  private CliProcess() {}

  /// The command line of a JVM with our class path.
  static List<String> command(List<String> jvmOptions, List<String> args) {
    return command(System.getProperty("java.class.path"), jvmOptions, args);
  }

  static List<String> command(String classPath, List<String> jvmOptions, List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(jvmOptions);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", classPath, Main.class.getName()));
    command.addAll(args);
    return command;
  }

  /// Runs it to its end, and returns the milliseconds that the process took.
  ///
  /// @param settings environment variables
  /// @throws IOException with what it printed when its exit code is not 0
  static double run(Path folder, Map<String, String> settings, String... args)
      throws IOException, InterruptedException {
    Path printed = folder.resolve("printed");
    ProcessBuilder builder =
        new ProcessBuilder(command(List.of(), List.of(args)))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile());
    builder.environment().putAll(settings);
    long begun = System.nanoTime();
    int code = builder.start().waitFor();
    double millis = (System.nanoTime() - begun) / 1e6;
    if (code != 0) {
      throw new IOException(
          "%s ended with %d: %s".formatted(List.of(args), code, Files.readString(printed)));
    }
    return millis;
  }
}
