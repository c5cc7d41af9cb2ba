package stripebridge.acceptance.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.service.inbox.redis.RedisProcess;

/// Three `serve` processes that share an inbox in Redis and publish to one broker.
final class Replicas implements AutoCloseable {
  /// Messages in flight plus unstored marks: see RelayLimits.
  static final int COPIES_MAX = 255 + 512;

  /// Long enough for a lease to end and its entries to be taken over.
  static final Duration DRAIN_MAX = Duration.ofMinutes(2);

  private static final int COUNT = 3;

  private final Path folder;
  private final SandboxBroker broker;
  private final ServeProcess.Options options;
  private final List<ServeProcess> running = new CopyOnWriteArrayList<>();

  private Replicas(Path folder, SandboxBroker broker, ServeProcess.Options options) {
    this.folder = folder;
    this.broker = broker;
    this.options = options;
  }

  /// A Redis that syncs each write to disk before it answers.
  static RedisProcess durableRedis(Path folder, String... settings) throws Exception {
    List<String> all = new ArrayList<>(List.of("--appendonly", "yes", "--appendfsync", "always"));
    all.addAll(List.of(settings));
    return RedisProcess.start(
        Files.createTempDirectory(folder, "redis-"), all.toArray(String[]::new));
  }

  static Replicas start(Path folder, SandboxBroker broker, RedisProcess redis) throws Exception {
    ServeProcess.Options options =
        ServeProcess.Options.DEFAULTS
            .withSetting("REDIS_URL", redis.url())
            .withSetting("LOG_LEVEL", "WARN");
    Replicas replicas = new Replicas(folder, broker, options);
    try {
      for (int i = 0; i < COUNT; i++) {
        replicas.running.add(ServeProcess.start(folder, broker, options));
      }
      return replicas;
    } catch (Exception | AssertionError e) {
      replicas.close();
      throw e;
    }
  }

  ServeProcess get(int index) {
    return running.get(index);
  }

  List<ServeProcess> all() {
    return List.copyOf(running);
  }

  /// Starts a replica to replace one that has ended.
  void replace(int index) throws Exception {
    running.set(index, ServeProcess.start(folder, broker, options));
  }

  /// Starts callers for each replica; they do not retry failed webhooks.
  List<Load.Running> load(Load load) {
    return running.stream().map(serve -> load.start(serve.uri("/webhooks/stripe"))).toList();
  }

  static int copies(Arrivals arrivals) {
    List<String> ids = arrivals.ids();
    return ids.size() - new HashSet<>(ids).size();
  }

  /// Callers behind a balancer: a webhook that one replica does not accept goes to the next.
  final class Balanced implements AutoCloseable {
    private static final int TRIES_MAX = 300;
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Load load;
    private final AtomicBoolean isStopped = new AtomicBoolean();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger retried = new AtomicInteger();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> callers = new ArrayList<>();

    Balanced(Load load, int callers) {
      this.load = load;
      for (int account = 0; account < callers; account++) {
        String name = "acct_" + account;
        this.callers.add(
            threads.submit(() -> {
              while (!isStopped.get()) {
                post(Load.id(0, numbers.incrementAndGet()), name);
              }
              return name;
            }));
      }
    }

    private void post(String id, String account) throws Exception {
      for (int i = 0; i < TRIES_MAX; i++) {
        int index = ((id.hashCode() & 0xffff) + i) % COUNT;
        URI uri = running.get(index).uri("/webhooks/stripe");
        if (isTaken(uri, id, account)) {
          return;
        }
        retried.incrementAndGet();
        Eventually.pause(PAUSE);
      }
      throw new AssertionError("no replica took " + id);
    }

    private boolean isTaken(URI uri, String id, String account) throws Exception {
      try {
        int status = load.post(client, uri, id, account);
        if (status != 200 && status != 503) {
          throw new AssertionError(id + " was answered " + status);
        }
        return status == 200;
      } catch (IOException _) {
        // The replica is closed, or not open yet.
        return false;
      }
    }

    /// How often the balancer had to retry an event.
    int retried() {
      return retried.get();
    }

    @Override
    public void close() {
      isStopped.set(true);
      try {
        for (Future<?> caller : callers) {
          caller.get();
        }
      } catch (Exception e) {
        throw new AssertionError("a caller failed", e);
      }
      client.shutdownNow();
      threads.close();
    }
  }

  @Override
  public void close() {
    running.forEach(ServeProcess::close);
  }
}
