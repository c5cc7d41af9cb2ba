package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.service.inbox.redis.RedisProcess;

/// Replicas run, stop normally, or hang.
@Tag("faults")
class ReplicasTest {
  /// Longer than a lease plus the time until its end is noticed.
  private static final Duration BEYOND_THE_LEASE = Duration.ofSeconds(25);

  private static final Duration STOP_MAX = Duration.ofSeconds(45);

  @TempDir Path folder;

  @Test
  void makeOneMessageOfAnEventPostedToAll() throws Exception {
    Load load = new Load(1);
    try (SandboxBroker broker = SandboxBroker.start();
        RedisProcess redis = Replicas.durableRedis(folder);
        Replicas replicas = Replicas.start(folder, broker, redis);
        HttpClient client = HttpClient.newHttpClient()) {
      Arrivals arrivals = new Arrivals(broker);
      for (int round = 0; round < Rounds.of(3); round++) {
        String id = Load.id(0, round);
        List<Callable<Integer>> posts = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
          ServeProcess serve = replicas.get(i % replicas.all().size());
          posts.add(() -> load.post(client, serve.uri("/webhooks/stripe"), id, "acct_0"));
        }
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
          for (Future<Integer> answer : callers.invokeAll(posts)) {
            assertThat(answer.get()).isEqualTo(200);
          }
        }
        replicas.get(0).awaitDrained(Replicas.DRAIN_MAX);
        assertThat(arrivals.ids()).containsOnlyOnce(id).hasSize(round + 1);
      }
    }
  }

  @Test
  void failNoRequestWhileTheyAreRestartedInTurn() throws Exception {
    Load load = new Load(1);
    try (SandboxBroker broker = SandboxBroker.start();
        RedisProcess redis = Replicas.durableRedis(folder);
        Replicas replicas = Replicas.start(folder, broker, redis)) {
      Arrivals arrivals = new Arrivals(broker);
      try (Replicas.Balanced balanced = replicas.new Balanced(load, 8)) {
        for (int round = 0; round < Rounds.of(3); round++) {
          for (int i = 0; i < replicas.all().size(); i++) {
            ServeProcess old = replicas.get(i);
            assertThat(old.terminate(STOP_MAX)).isZero();
            replicas.replace(i);
          }
        }
        System.out.println("ReplicasTest: " + balanced.retried() + " retries on another replica");
      }
      replicas.get(0).awaitDrained(Replicas.DRAIN_MAX);
      arrivals.assertNothingIsMissing(load.stored());
      assertThat(Replicas.copies(arrivals)).isZero();
    }
    assertThat(load.stored()).isNotEmpty();
  }

  @Test
  void outliveAReplicaThatHangsPastItsLeaseAndComesBack() throws Exception {
    Load load = new Load(4);
    try (SandboxBroker broker = SandboxBroker.start();
        RedisProcess redis = Replicas.durableRedis(folder);
        Replicas replicas = Replicas.start(folder, broker, redis)) {
      Arrivals arrivals = new Arrivals(broker);
      int copies = 0;
      for (int round = 0; round < Rounds.of(3); round++) {
        ServeProcess hung = replicas.get(round % replicas.all().size());
        List<Load.Running> running = replicas.load(load);
        Eventually.pause(Duration.ofSeconds(1));
        hung.signal("STOP");
        Eventually.pause(BEYOND_THE_LEASE);
        hung.signal("CONT");
        Eventually.pause(Duration.ofSeconds(1));
        running.forEach(Load.Running::close);
        for (ServeProcess serve : replicas.all()) {
          Eventually.await("ready", Replicas.DRAIN_MAX, serve::isReady);
          serve.awaitDrained(Replicas.DRAIN_MAX);
        }
        arrivals.assertNothingIsMissing(load.stored());
        int now = Replicas.copies(arrivals);
        System.out.printf("ReplicasTest: %d copies after a replica hung%n", now - copies);
        assertThat(now - copies).isLessThanOrEqualTo(Replicas.COPIES_MAX);
        copies = now;
        assertThat(hung.metric("inbox_parked")).hasValue(0);
        assertThat(hung.log()).doesNotContain("\"msg\":\"bug\"");
      }
    }
    assertThat(load.answers()).containsOnlyKeys(200);
  }
}
