package stripebridge.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Measures how long short commands take from start to end, compared with the same commands on a
/// plain class path: no launcher, no AOT cache, no JVM options.
public final class StartupBench {
  private static final int RUNS = 20;
  private static final double MOST = 0.6;
  private static final Path LIB = Path.of("cli/target/lib");

  private StartupBench() {}

  /// Runs each command both ways in turn, and prints the ratios that the project promises.
  public static void main(String[] args) throws Exception {
    boolean passed =
        compare("--version")
            & compare("envelope", "core/src/test/resources/events/payment_intent.succeeded.json");
    System.exit(passed ? 0 : 1);
  }

  private static boolean compare(String... command) throws IOException, InterruptedException {
    List<String> launched = command(List.of("./stripebridge"), command);
    List<String> plain =
        command(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                classPath(),
                "stripebridge.cli.Main"),
            command);
    // The first run of each rebuilds stale output and fills the page cache.
    millis(launched);
    millis(plain);
    double[] ours = new double[RUNS];
    double[] theirs = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      ours[i] = millis(launched);
      theirs[i] = millis(plain);
    }
    double ratio = median(ours) / median(theirs);
    System.out.printf(
        "  %-10s ./stripebridge %4.0f ms, java -cp %4.0f ms: %.2f (at most %.2f) %s%n",
        command[0], median(ours), median(theirs), ratio, MOST, ratio <= MOST ? "ok" : "MISSED");
    return ratio <= MOST;
  }

  private static List<String> command(List<String> start, String... rest) {
    List<String> all = new ArrayList<>(start);
    all.addAll(List.of(rest));
    return all;
  }

  private static String classPath() throws IOException {
    try (Stream<Path> files = Files.list(LIB)) {
      return String.join(
          File.pathSeparator,
          files.map(Path::toString).filter(name -> name.endsWith(".jar")).sorted().toList());
    }
  }

  private static double millis(List<String> command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int exitCode = process.waitFor();
    if (exitCode != 0) {
      throw new IllegalStateException(command + " ended with " + exitCode);
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
  }
}
