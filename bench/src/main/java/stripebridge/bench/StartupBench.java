package stripebridge.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import stripebridge.bench.tools.RawClient;
import stripebridge.sandbox.SandboxBroker;

/// Measures how long commands take from start to end, compared with a bare JVM (`java -version`)
/// and with the same commands on a plain class path: no launcher, no AOT cache, no JVM options.
/// Counts the classes that do not come from the cache. The sandbox is in this process.
public final class StartupBench {
  private static final int RUNS = 20;
  private static final Path LIB = Path.of("cli/target/lib");
  private static final String JAVA = ProcessHandle.current().info().command().orElseThrow();
  private static final String QUEUE = "bench";

  /// A command, and how many bare JVM starts it may take.
  private record Goal(double most, String... command) {}

  private final Map<String, String> settings;

  private StartupBench(Map<String, String> settings) {
    this.settings = settings;
  }

  /// Runs each command in turn with the others, and prints the ratios that the project promises.
  public static void main(String[] args) throws Exception {
    boolean passed;
    try (SandboxBroker broker = SandboxBroker.start()) {
      broker.vpn("default").createOpenQueue(QUEUE, ">");
      RawClient.fill(broker, 1);
      Path topology = Files.createTempFile("stripebridge-bench", ".yaml");
      Files.writeString(topology, "version: 1\nqueues: {}\n");
      passed =
          new StartupBench(
                  Map.of(
                      "SOLACE_HOST", broker.smfUri(),
                      "SOLACE_VPN", "default",
                      "SOLACE_USERNAME", "default",
                      "SOLACE_PASSWORD", "default",
                      "SOLACE_SEMP_HOST", broker.sempUri(),
                      "SOLACE_SEMP_USERNAME", broker.options().semp().username(),
                      "SOLACE_SEMP_PASSWORD", broker.options().semp().password()))
              .compare(
                  List.of(
                      new Goal(3, "--version"),
                      new Goal(
                          4,
                          "envelope",
                          "core/src/test/resources/events/payment_intent.succeeded.json"),
                      new Goal(6, "queues"),
                      new Goal(6, "provision", "--check", "--topology", topology.toString()),
                      new Goal(10, "consume", "--queue", QUEUE, "--count", "1")));
      Files.delete(topology);
    }
    System.exit(passed ? 0 : 1);
  }

  private boolean compare(List<Goal> goals) throws IOException, InterruptedException {
    List<List<String>> commands = new ArrayList<>();
    commands.add(List.of(JAVA, "-version"));
    String classPath = classPath();
    for (Goal goal : goals) {
      commands.add(command(List.of("./stripebridge"), goal.command()));
      commands.add(
          command(List.of(JAVA, "-cp", classPath, "stripebridge.cli.Main"), goal.command()));
    }
    double[][] millis = new double[commands.size()][RUNS];
    for (List<String> command : commands) {
      millis(command); // The first run rebuilds stale output and fills the page cache.
    }
    for (int run = 0; run < RUNS; run++) {
      for (int i = 0; i < commands.size(); i++) {
        millis[i][run] = millis(commands.get(i));
      }
    }
    double bare = median(millis[0]);
    System.out.printf("  java -version %4.0f ms%n", bare);
    boolean passed = true;
    for (int i = 0; i < goals.size(); i++) {
      Goal goal = goals.get(i);
      double ours = median(millis[2 * i + 1]);
      double ratio = ours / bare;
      passed &= ratio <= goal.most();
      System.out.printf(
          "  %-10s %4.0f ms: %4.1fx (at most %.0fx) %s; java -cp %.1fx; not from the cache: %d%n",
          goal.command()[0],
          ours,
          ratio,
          goal.most(),
          ratio <= goal.most() ? "ok" : "MISSED",
          median(millis[2 * i + 2]) / bare,
          notCached(commands.get(2 * i + 1)));
    }
    return passed;
  }

  /// The classes that the JVM reads, from jars or its own modules, or generates.
  private long notCached(List<String> command) throws IOException, InterruptedException {
    Path log = Files.createTempFile("classes", ".log");
    ProcessBuilder builder = builder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + log);
    requireSuccess(command, builder.start().waitFor());
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> !line.contains("shared objects file")).count();
    } finally {
      Files.delete(log);
    }
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

  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(settings);
    return builder;
  }

  private double millis(List<String> command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    requireSuccess(command, builder(command).start().waitFor());
    return (System.nanoTime() - start) / 1e6;
  }

  private static void requireSuccess(List<String> command, int exitCode) {
    if (exitCode != 0) {
      throw new IllegalStateException(command + " ended with " + exitCode);
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
  }
}
