package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.service.inbox.redis.RedisProcess;

/// Kills a random replica with SIGKILL at a random moment, under load.
@Tag("faults")
class ReplicasKillTest {
  @TempDir Path folder;

  @Test
  void losesNothingThatAnyOfThemAnswered() throws Exception {
    RandomGenerator random = Rounds.random("ReplicasKillTest");
    Load load = new Load(4);
    try (SandboxBroker broker = SandboxBroker.start();
        RedisProcess redis = Replicas.durableRedis(folder);
        Replicas replicas = Replicas.start(folder, broker, redis)) {
      Arrivals arrivals = new Arrivals(broker);
      int copiesBefore = 0;
      for (int round = 1; round <= Rounds.of(3); round++) {
        int victim = random.nextInt(replicas.all().size());
        List<Load.Running> running = replicas.load(load);
        Eventually.pause(Duration.ofMillis(random.nextInt(200, 2_000)));
        replicas.get(victim).kill();
        Eventually.pause(Duration.ofMillis(random.nextInt(200, 1_000)));
        running.forEach(Load.Running::close);
        // The others take over its entries by themselves.
        replicas.get((victim + 1) % replicas.all().size()).awaitDrained(Replicas.DRAIN_MAX);
        int copies = Replicas.copies(arrivals);
        System.out.printf(
            "round %d: %d answered 200 so far, %d copies by this kill%n",
            round, load.stored().size(), copies - copiesBefore);
        arrivals.assertNothingIsMissing(load.stored());
        assertThat(copies - copiesBefore).isLessThanOrEqualTo(Replicas.COPIES_MAX);
        copiesBefore = copies;
        replicas.replace(victim);
      }
      for (ServeProcess serve : replicas.all()) {
        assertThat(serve.isAlive()).isTrue();
        assertThat(serve.log()).doesNotContain("\"msg\":\"bug\"");
      }
    }
    assertThat(load.answers()).containsOnlyKeys(200);
  }

  /// The queue is shut, so all three replicas hold topics, and none knows the topics that only
  /// another holds.
  @Test
  void leavesNoTopicHeldByTheDeadReplica() throws Exception {
    Load load = new Load(8);
    try (SandboxBroker broker = SandboxBroker.start();
        RedisProcess redis = Replicas.durableRedis(folder);
        Replicas replicas = Replicas.start(folder, broker, redis)) {
      Arrivals arrivals = new Arrivals(broker);
      for (int round = 0; round < Rounds.of(3); round++) {
        arrivals.shut(true);
        for (ServeProcess serve : replicas.all()) {
          try (Load.Running running = load.start(serve.uri("/webhooks/stripe"), 20)) {
            running.join();
          }
        }
        ServeProcess victim = replicas.get(round % replicas.all().size());
        Eventually.await(
            "topics are held",
            Replicas.DRAIN_MAX,
            () -> victim.get("/ready").body().contains("topics"));
        victim.kill();
        arrivals.shut(false);
        replicas.get((round + 1) % replicas.all().size()).awaitDrained(Replicas.DRAIN_MAX);
        arrivals.assertNothingIsMissing(load.stored());
        replicas.replace(round % replicas.all().size());
      }
      System.out.printf("ReplicasKillTest: %d copies%n", Replicas.copies(arrivals));
    }
    assertThat(load.answers()).containsOnlyKeys(200);
  }
}
