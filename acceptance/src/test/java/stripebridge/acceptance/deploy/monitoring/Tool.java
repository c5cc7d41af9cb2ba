package stripebridge.acceptance.deploy.monitoring;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A program of Prometheus that may be on the `PATH`.
public final class Tool {
  private static final long DEADLINE_SECONDS = 300;

  private Tool() {}

  /// Where the program is. Skips the test if it is not on the `PATH`.
  public static Path find(String name) {
    String path = System.getenv().getOrDefault("PATH", "");
    List<Path> found =
        Stream.of(path.split(File.pathSeparator, -1))
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .toList();
    assumeTrue(!found.isEmpty(), name + " is not on the PATH: apt-get install prometheus");
    return found.getFirst();
  }

  /// The end of a run.
  ///
  /// @param output both streams
  public record Ended(int exitCode, String output) {}

  /// Runs promtool to its end. Skips the test if it is not on the `PATH`.
  ///
  /// @param in standard input
  public static Ended promtool(Path folder, Path in, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(find("promtool").toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(folder, "promtool", ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("promtool did not end: " + Files.readString(output));
    }
    return new Ended(process.exitValue(), Files.readString(output));
  }
}
