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
import stripebridge.core.inbox.Inbox;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.inbox.SqliteInbox;
import stripebridge.service.telemetry.LibraryLog;

/// Measures the running bridge next to its baselines, and prints a table.
///
/// Clients and servers share the machine: both sides of a comparison take turns in one run.
public final class ServeBench {
  private static final int ROUNDS = 5;
  private static final int WARM_UP_ROUNDS = 1;
  private static final Duration ROUND = Duration.ofSeconds(3);
  private static final double COMMIT_MIN = 0.8;
  private static final double RELAY_MIN = 0.8;

  private ServeBench() {}

  /// Prints all measurements; exits with 1 if a promise is missed.
  public static void main(String[] args) throws Exception {
    LibraryLog.silence();
    System.out.printf(
        "%nServe, 3 KB signed webhooks, %d connections, %d processors, medians of %d rounds%n",
        Webhooks.CONNECTIONS, Runtime.getRuntime().availableProcessors(), ROUNDS);
    Path folder = Files.createTempDirectory("stripebridge-bench-");
    boolean passed;
    try {
      passed = accepts(folder) & RelayBench.run(folder, ROUNDS, RELAY_MIN) & Backlog.run(folder);
      EndToEndLatency.run(folder);
    } finally {
      delete(folder);
    }
    System.exit(passed ? 0 : 1);
  }

  private static boolean accepts(Path folder) throws Exception {
    List<Double> durable = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    List<Double> nothing = new ArrayList<>();
    List<Double> durableTimes = new ArrayList<>();
    List<Double> nothingTimes = new ArrayList<>();
    List<Double> syncs = new ArrayList<>();
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
      double half = median(durable) / 2;
      for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
        add(round, syncs, sync(folder.resolve("sync")));
        add(round, durableTimes, toOurs.p99(half, ROUND));
        add(round, nothingTimes, toNone.p99(half, ROUND));
      }
      double p99Max = 5 * median(nothingTimes) + 3 * median(syncs);
      double ratio = median(durable) / median(bare);
      System.out.printf(
          "  durable accepts          %8.0f/s   bare commit %8.0f/s   %.2fx (at least %.1fx)%n",
          median(durable), median(bare), ratio, COMMIT_MIN);
      System.out.printf(
          "                                        no store    %8.0f/s   %.2fx%n",
          median(nothing), median(durable) / median(nothing));
      System.out.printf(
          "  p99 at %.0f/s          %8.2f ms    no store    %8.2f ms, sync %.2f ms (at most %.2f"
              + " ms)%n",
          half, median(durableTimes), median(nothingTimes), median(syncs), p99Max);
      return ratio >= COMMIT_MIN & median(durableTimes) <= p99Max;
    }
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

  static void delete(Path folder) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
