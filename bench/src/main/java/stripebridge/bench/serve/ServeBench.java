package stripebridge.bench.serve;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import stripebridge.bench.Rows;
import stripebridge.core.inbox.Inbox;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.inbox.SqliteInbox;
import stripebridge.service.telemetry.LibraryLog;

/// Measures the running bridge next to its baselines, and prints a table.
///
/// Clients and servers share the machine: both sides of a comparison take turns in one run.
public final class ServeBench {
  private static final int ROUNDS = Rows.ROUNDS;
  private static final int WARM_UP_ROUNDS = 1;
  private static final Duration ROUND = Duration.ofSeconds(3);
  private static final double COMMIT_MIN = 0.8;
  private static final double ANSWER_MAX = 3;

  private ServeBench() {}

  /// Prints all measurements; exits with 1 if a promise is missed.
  public static void main(String[] args) throws Exception {
    LibraryLog.silence();
    System.out.printf(
        "%nServe, 3 KB signed webhooks, %d connections, %d processors, medians of %d rounds%n",
        Webhooks.CONNECTIONS, Runtime.getRuntime().availableProcessors(), ROUNDS);
    Path folder = Files.createTempDirectory("stripebridge-bench-");
    Rows rows = Rows.ofCommandLine();
    try {
      rows.run("network", () -> NetworkBench.rates(folder));
      rows.run("draining", () -> NetworkBench.draining(folder));
      rows.run("hot-key", () -> NetworkBench.hotKey(folder));
      rows.run("acks", () -> NetworkBench.acks(folder));
      rows.run("relay", () -> RelayBench.run(folder));
      rows.run("accepts", () -> accepts(folder));
      rows.run("backlog", () -> Backlog.run(folder));
      rows.run("end-to-end", () -> EndToEndLatency.run(folder));
      rows.run("validate", () -> ValidateBench.run(folder));
    } finally {
      delete(folder);
    }
    System.exit(rows.exitCode());
  }

  private static boolean accepts(Path folder) throws Exception {
    List<Double> durable = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    List<Double> nothing = new ArrayList<>();
    try (Inbox inbox = openInbox(folder.resolve("accepts.db"));
        BareCommit bareCommit = new BareCommit(folder.resolve("bare.db"));
        HttpIngest ours = new HttpIngest(inbox);
        HttpIngest least = new HttpIngest(bareCommit);
        HttpIngest none = new HttpIngest(StoreOnlyInbox.NOTHING)) {
      Webhooks toOurs = new Webhooks(ours.port());
      Webhooks toLeast = new Webhooks(least.port());
      Webhooks toNone = new Webhooks(none.port());
      for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
        add(round, durable, toOurs.rate(ROUND));
        add(round, bare, toLeast.rate(ROUND));
        add(round, nothing, toNone.rate(ROUND));
      }
      double ratio = median(durable) / median(bare);
      System.out.printf(
          "  durable accepts          %8.0f/s   bare commit %8.0f/s   %.2fx (at least %.1fx)%n",
          median(durable), median(bare), ratio, COMMIT_MIN);
      System.out.printf(
          "                                        no store    %8.0f/s   %.2fx%n",
          median(nothing), median(durable) / median(nothing));
      boolean areAnswersFast = true;
      for (double perSecond : List.of(100.0, 1_000.0, median(durable) / 2)) {
        areAnswersFast &= answers(folder, toOurs, toNone, perSecond);
      }
      return ratio >= COMMIT_MIN & areAnswersFast;
    }
  }

  /// The 99th percentile of the response time at a rate.
  private static boolean answers(Path folder, Webhooks toOurs, Webhooks toNone, double perSecond)
      throws Exception {
    List<Double> ours = new ArrayList<>();
    List<Double> none = new ArrayList<>();
    List<Double> syncs = new ArrayList<>();
    Duration time = Duration.ofMillis((long) Math.max(ROUND.toMillis(), 1_000 * 1e3 / perSecond));
    for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
      add(round, syncs, sync(folder.resolve("sync")));
      add(round, ours, toOurs.p99(perSecond, time));
      add(round, none, toNone.p99(perSecond, time));
    }
    double ratio = median(ours) / median(none);
    System.out.printf(
        "  p99 of answers at %,.0f/s: %.2f ms, no store %.2f ms, a sync %.2f ms: %.2f (at most"
            + " %.1f) %s%n",
        perSecond,
        median(ours),
        median(none),
        median(syncs),
        ratio,
        ANSWER_MAX,
        ratio <= ANSWER_MAX ? "ok" : "MISSED");
    return ratio <= ANSWER_MAX;
  }

  static Inbox openInbox(Path file) throws Exception {
    return SqliteInbox.open(
        file, InboxClock.of(InstantSource.system()), 10_000_000, Duration.ofHours(1));
  }

  /// The median of a hundred syncs of one page, in milliseconds.
  private static double sync(Path file) throws Exception {
    List<Double> times = new ArrayList<>();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < 100; i++) {
        channel.write(ByteBuffer.allocate(4_096), 0);
        long begun = System.nanoTime();
        channel.force(false);
        times.add((System.nanoTime() - begun) / 1e6);
      }
    }
    return median(times);
  }

  static void add(int round, List<Double> values, double value) {
    if (round >= 0) {
      values.add(value);
    }
  }

  static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  /// Deletes a closed inbox.
  static void deleteInbox(Path file) throws Exception {
    // With the files beside it: a new inbox of that name would report the old one's entries as
    // lost.
    try (Stream<Path> files = Files.list(file.toAbsolutePath().getParent())) {
      for (Path each : files.toList()) {
        if (each.getFileName().toString().startsWith(file.getFileName().toString())) {
          Files.delete(each);
        }
      }
    }
  }

  static void delete(Path folder) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
