package stripebridge.bench.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Runs a main class in its own JVM.
final class ChildJvm {
  private ChildJvm() {}

  /// Runs a class to its end; true if it exits with 0.
  static boolean run(Class<?> main, String... jvmOptions) throws Exception {
    return start(main, ProcessBuilder.Redirect.INHERIT, jvmOptions).waitFor() == 0;
  }

  /// The first line that a class prints.
  static String firstLine(Class<?> main) throws Exception {
    Process process = start(main, ProcessBuilder.Redirect.PIPE);
    try (BufferedReader out = process.inputReader()) {
      return String.valueOf(out.readLine());
    } finally {
      process.waitFor();
    }
  }

  private static Process start(Class<?> main, ProcessBuilder.Redirect out, String... jvmOptions)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of(jvmOptions));
    // The client's netty loads a native library.
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return new ProcessBuilder(command)
        .redirectOutput(out)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
