package stripebridge.acceptance.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Runs `stripebridge`, the launcher, in a child process.
public final class Launcher {
  private Launcher() {}

  /// Runs the launcher to its end; empty if it had to be killed at the deadline.
  ///
  /// @param launcher the file, or a link to it
  /// @param environment its whole environment, including `PATH`
  public static Optional<Outcome> run(
      Path launcher,
      List<String> args,
      Map<String, String> environment,
      Path workingDirectory,
      byte[] in,
      Duration deadline)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(args);
    Path out = Files.createTempFile("launcher", ".out");
    Path err = Files.createTempFile("launcher", ".err");
    Path input = Files.write(Files.createTempFile("launcher", ".in"), in);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(workingDirectory.toFile())
              .redirectInput(input.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        return Optional.empty();
      }
      return Optional.of(
          new Outcome(
              process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8)));
    } finally {
      Files.delete(out);
      Files.delete(err);
      Files.delete(input);
    }
  }
}
