package stripebridge.bench.serve;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.SandboxBroker;

/// Measures the CPU time of a `serve` process for each event, from the webhook to the stored mark.
/// The client and the broker run in this process, and their time does not count.
///
/// Arguments name the installations to compare, as `name=cli/target/lib`; they take turns in each
/// round. Without arguments, this one is measured. `-Drecording=FILE.jfr` records the first one and
/// prints where its time goes.
public final class CpuBench {
  private static final int ROUNDS = Integer.getInteger("rounds", 5);
  private static final int EVENTS = Integer.getInteger("events", 20_000);
  private static final int WARM_UP_EVENTS = Integer.getInteger("warmup", 60_000);
  private static final int PER_SECOND = Integer.getInteger("rate", 1_000);
  private static final Duration PACED = Duration.ofSeconds(5);
  private static final double MICROS_MAX = 100;
  private static final String WAITING = "async_queue_size 0";

  private CpuBench() {}

  /// One installation, running.
  private record Side(
      String name,
      SandboxBroker broker,
      ServeProcess serve,
      List<Double> full,
      List<Double> paced,
      List<Map<String, Double>> fullByGroup,
      List<Map<String, Double>> pacedByGroup) {}

  /// Prints microseconds per event; exits with 1 if the first installation needs more than the
  /// goal.
  public static void main(String[] args) throws Exception {
    System.out.printf(
        "%nCPU of the bridge per event, 3 KB signed webhooks, %d connections, %d processors,"
            + " medians of %d rounds of %,d events%n",
        Webhooks.CONNECTIONS, Runtime.getRuntime().availableProcessors(), ROUNDS, EVENTS);
    Path folder = Files.createTempDirectory("stripebridge-bench-");
    List<Side> sides = new ArrayList<>();
    String file = System.getProperty("recording");
    @Nullable Path recording = file == null ? null : Path.of(file).toAbsolutePath();
    Instant begun;
    try {
      for (String arg : args.length == 0 ? new String[] {"this"} : args) {
        sides.add(start(folder, arg, sides.isEmpty() ? recording : null));
      }
      for (Side side : sides) {
        measure(side, () -> new Webhooks(side.serve.port()).post(WARM_UP_EVENTS));
      }
      begun = Instant.now();
      for (int round = 0; round < ROUNDS; round++) {
        for (Side side : sides) {
          Webhooks webhooks = new Webhooks(side.serve.port());
          Measured full = measure(side, () -> webhooks.post(EVENTS));
          side.full.add(full.micros());
          side.fullByGroup.add(full.byGroup());
          Measured paced = measure(side, () -> webhooks.p99(PER_SECOND, PACED));
          side.paced.add(paced.micros());
          side.pacedByGroup.add(paced.byGroup());
        }
      }
    } finally {
      for (Side side : sides) {
        side.serve.close();
        side.broker.close();
      }
    }
    print(sides);
    if (recording != null) {
      CpuProfile.print(recording, begun);
    }
    ServeBench.delete(folder);
    System.exit(ServeBench.median(sides.getFirst().full) <= MICROS_MAX ? 0 : 1);
  }

  private static Side start(Path folder, String arg, @Nullable Path recording) throws Exception {
    int equals = arg.indexOf('=');
    String name = equals < 0 ? arg : arg.substring(0, equals);
    String classPath =
        equals < 0
            ? System.getProperty("java.class.path")
            : arg.substring(equals + 1) + "/stripebridge.jar";
    List<String> options = new ArrayList<>(List.of("-XX:+ExitOnOutOfMemoryError"));
    if (recording != null) {
      options.addAll(CpuProfile.options(recording));
    }
    options.addAll(List.of(System.getProperty("jvm", "").split(" +")));
    options.removeIf(String::isEmpty);
    SandboxBroker broker = SandboxBroker.start();
    BenchBroker.empty(broker);
    ServeProcess serve;
    try {
      serve = new ServeProcess(folder.resolve(name), broker, Map.of(), classPath, options);
    } catch (IllegalStateException e) {
      // Its threads would keep this process alive.
      broker.close();
      throw e;
    }
    return new Side(
        name,
        broker,
        serve,
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>());
  }

  private record Measured(double micros, Map<String, Double> byGroup) {}

  /// Posts events and waits until each is on the broker and marked.
  private static Measured measure(Side side, Call posting) throws Exception {
    BenchBroker.empty(side.broker);
    long sentBefore = Webhooks.sent();
    BridgeCpu before = BridgeCpu.of(side.serve.pid());
    posting.run();
    long events = Webhooks.sent() - sentBefore;
    ServeProcess.await(
        () -> side.broker.vpn("default").queue("bench").depth() >= events || !side.serve.isAlive());
    if (!side.serve.isAlive()) {
      throw new IllegalStateException(side.name + " has ended");
    }
    while (!metrics(side.serve.port()).contains(WAITING)) {
      LockSupport.parkNanos(50_000_000);
    }
    BridgeCpu after = BridgeCpu.of(side.serve.pid());
    Map<String, Double> byGroup = new TreeMap<>(after.byGroupSince(before));
    byGroup.replaceAll((_, seconds) -> seconds * 1e6 / events);
    return new Measured(after.secondsSince(before) * 1e6 / events, byGroup);
  }

  /// Posting may return a figure of its own, which nobody reads here.
  private interface Call {
    void run() throws Exception;
  }

  private static String metrics(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static void print(List<Side> sides) {
    for (Side side : sides) {
      System.out.printf(
          "  %-10s at full speed %4.0f us (%s), at %,d/s %4.0f us (%s); at most %.0f at full"
              + " speed%n",
          side.name,
          ServeBench.median(side.full),
          range(side.full),
          PER_SECOND,
          ServeBench.median(side.paced),
          range(side.paced),
          MICROS_MAX);
      System.out.printf(
          "  %-10s the same without the compiler: %4.0f us, at %,d/s %4.0f us%n",
          "", withoutCompiler(side.fullByGroup), PER_SECOND, withoutCompiler(side.pacedByGroup));
    }
    for (Side side : sides) {
      Map<String, Double> full = BridgeCpu.medians(side.fullByGroup);
      Map<String, Double> paced = BridgeCpu.medians(side.pacedByGroup);
      System.out.printf("  %s, by thread:%n", side.name);
      full.entrySet().stream()
          .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
          .filter(group -> group.getValue() >= 0.1 || paced.getOrDefault(group.getKey(), 0.0) >= 1)
          .forEach(group ->
              System.out.printf(
                  "    %-20s %6.1f us   at %,d/s %6.1f us%n",
                  group.getKey(),
                  group.getValue(),
                  PER_SECOND,
                  paced.getOrDefault(group.getKey(), 0.0)));
    }
  }

  /// The compiler works for minutes after a start, and longer beside other work.
  private static double withoutCompiler(List<Map<String, Double>> rounds) {
    List<Double> sums = new ArrayList<>();
    for (Map<String, Double> round : rounds) {
      double all = round.values().stream().mapToDouble(Double::doubleValue).sum();
      sums.add(all - round.getOrDefault(BridgeCpu.COMPILER, 0.0));
    }
    return ServeBench.median(sums);
  }

  private static String range(List<Double> values) {
    return "%.0f to %.0f"
        .formatted(
            values.stream().min(Comparator.naturalOrder()).orElseThrow(),
            values.stream().max(Comparator.naturalOrder()).orElseThrow());
  }
}
