package stripebridge.bench.serve;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import stripebridge.bench.Samples;
import stripebridge.core.config.InboxSettings;
import stripebridge.core.config.InboxSettings.RedisDurability;
import stripebridge.core.config.RedisUrl;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.config.TlsTrust;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.inbox.redis.RedisInbox;
import stripebridge.service.inbox.redis.RedisProcess;
import stripebridge.service.telemetry.LibraryLog;

/// Measures the promised speed of the inbox in Redis, with `appendfsync always`: accepts compared
/// with the inbox in a file, two replicas compared with one, and the memory of waiting entries.
///
/// Prints medians of rounds in which both sides take turns, so that other load on the machine
/// affects both.
public final class ReplicasBench {
  private static final int ROUNDS = Integer.getInteger("rounds", 5);
  private static final int WARM_UP_ROUNDS = 2;
  private static final Duration ROUND = Duration.ofSeconds(3);
  private static final int BACKLOG = 40_000;
  private static final int ENTRIES = 100_000;
  private static final int BODY_BYTES = 3_000;
  private static final int WRITERS = 64;
  private static final String QUEUE = "bench";

  private static final double ACCEPTS_MIN = 0.6;
  private static final double TWO_MIN = 0.8;
  private static final double MEMORY_MAX = 0.53;

  private static final AtomicLong NEXT = new AtomicLong();

  private ReplicasBench() {}

  /// Prints all measurements; exits with 1 if a promise is missed.
  public static void main(String[] args) throws Exception {
    LibraryLog.silence();
    System.out.printf(
        "%nReplicas, 3 KB webhooks, appendfsync always, %d processors, medians of %d rounds%n",
        Runtime.getRuntime().availableProcessors(), ROUNDS);
    Path folder = Files.createTempDirectory("stripebridge-bench-");
    boolean passed;
    try {
      passed = accepts(folder) & memory(folder) & replicas(folder);
    } finally {
      ServeBench.delete(folder);
    }
    System.exit(passed ? 0 : 1);
  }

  private static boolean accepts(Path folder) throws Exception {
    Samples rates = new Samples();
    try (RedisProcess redis = redis(folder, "accepts");
        Inbox shared = open(redis);
        Inbox file = ServeBench.openInbox(folder.resolve("accepts.db"));
        HttpIngest inRedis = new HttpIngest(shared);
        HttpIngest inFile = new HttpIngest(file)) {
      Webhooks toRedis = new Webhooks(inRedis.port());
      Webhooks toFile = new Webhooks(inFile.port());
      for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
        rates.add(round, toRedis.rate(ROUND), toFile.rate(ROUND));
      }
    }
    return rates.atLeast("accepts, vs. the inbox in a file", ACCEPTS_MIN);
  }

  private static boolean memory(Path folder) throws Exception {
    try (RedisProcess redis = redis(folder, "memory");
        Inbox inbox = open(redis)) {
      long before = usedMemory(redis);
      fill(inbox, ENTRIES);
      double bytes = (double) (usedMemory(redis) - before) / ENTRIES;
      boolean passed = bytes <= MEMORY_MAX * BODY_BYTES;
      System.out.printf(
          "  %-34s %,9.0f bytes, of %,d of body: %.2f (at most %.2f) %s%n",
          "memory of a waiting entry",
          bytes,
          BODY_BYTES,
          bytes / BODY_BYTES,
          MEMORY_MAX,
          passed ? "ok" : "MISSED");
      return passed;
    }
  }

  /// Excludes the memory that Redis needs while it rewrites its file.
  private static long usedMemory(RedisProcess redis) {
    ServeProcess.await(() -> {
      String persistence = redis.command("INFO", "persistence");
      return persistence.contains("aof_rewrite_in_progress:0")
          && persistence.contains("aof_rewrite_scheduled:0");
    });
    return redis
        .command("INFO", "memory")
        .lines()
        .filter(line -> line.startsWith("used_memory:"))
        .mapToLong(line -> Long.parseLong(line.substring("used_memory:".length()).strip()))
        .findFirst()
        .orElseThrow();
  }

  private static boolean replicas(Path folder) throws Exception {
    Samples rates = new Samples();
    try (Shared one = new Shared(folder, "one", 1);
        Shared two = new Shared(folder, "two", 2)) {
      for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
        rates.add(round, two.drain(), one.drain());
      }
    }
    return rates.atLeast("two replicas, vs. one", TWO_MIN);
  }

  /// A Redis, a broker, and replicas between them, kept for all rounds.
  private static final class Shared implements AutoCloseable {
    private final RedisProcess redis;
    private final SandboxBroker broker = SandboxBroker.start();
    private final List<ServeProcess> replicas = new ArrayList<>();

    Shared(Path folder, String name, int count) throws Exception {
      redis = redis(folder, name);
      empty();
      for (int i = 0; i < count; i++) {
        replicas.add(
            new ServeProcess(
                folder.resolve(name + i), broker, Map.of("REDIS_URL", redis.url()), "-Xmx512m"));
      }
    }

    /// The number of waiting events drained per second.
    double drain() throws Exception {
      broker.inject(new Fault.Outage(Duration.ofHours(2)));
      try (Inbox inbox = open(redis)) {
        fill(inbox, BACKLOG);
      }
      broker.clearFaults();
      ServeProcess.await(() -> depth() > 0);
      long begun = System.nanoTime();
      long already = depth();
      ServeProcess.await(() -> depth() >= BACKLOG);
      double rate = (BACKLOG - already) * 1e9 / (System.nanoTime() - begun);
      empty();
      return rate;
    }

    private long depth() {
      return broker.vpn("default").queue(QUEUE).depth();
    }

    private void empty() {
      BenchBroker.empty(broker);
    }

    @Override
    public void close() {
      replicas.forEach(ServeProcess::close);
      broker.close();
      redis.close();
    }
  }

  private static RedisProcess redis(Path folder, String name) throws Exception {
    return RedisProcess.start(
        Files.createDirectories(folder.resolve("redis-" + name)),
        "--appendonly",
        "yes",
        "--appendfsync",
        "always");
  }

  private static Inbox open(RedisProcess redis) throws Exception {
    return RedisInbox.open(
        new InboxSettings.Shared(
            RedisUrl.of(redis.url()).orElseThrow(),
            "stripebridge:",
            new TlsTrust.JavaDefault(),
            new TlsIdentity.None(),
            new RedisDurability.AsConfigured(),
            Optional.empty()),
        Path.of(""),
        InboxClock.of(InstantSource.system()),
        10_000_000,
        Duration.ofHours(1));
  }

  private static void fill(Inbox inbox, int count) throws Exception {
    AtomicLong left = new AtomicLong(count);
    List<Callable<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(() -> {
        boolean isStored = true;
        while (left.getAndDecrement() > 0) {
          isStored &= inbox.append(event(NEXT.incrementAndGet())).equals(Appended.STORED);
        }
        return isStored;
      });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> written : threads.invokeAll(writers)) {
        if (!written.get()) {
          throw new IllegalStateException("an event was not stored");
        }
      }
    }
  }

  private static ReceivedEvent event(long number) {
    return new ReceivedEvent(
        new EventId("evt_" + number),
        new EventType("charge.succeeded"),
        "acct_" + number % 500,
        Instant.now(),
        Webhooks.body(number).getBytes(StandardCharsets.UTF_8));
  }
}
