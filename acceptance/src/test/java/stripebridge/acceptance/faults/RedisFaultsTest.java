package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.service.inbox.redis.RedisProcess;

/// Under load, the Redis of three replicas is killed, freezes, and fills up.
@Tag("faults")
class RedisFaultsTest {
  private static final Duration MAX = Duration.ofMinutes(1);
  private static final Duration FROZEN = Duration.ofSeconds(10);

  @TempDir Path folder;

  @Test
  void losesNothingThatWasAnsweredWhenRedisIsKilled() throws Exception {
    RandomGenerator random = Rounds.random("RedisFaultsTest");
    Load load = new Load(4);
    try (SandboxBroker broker = SandboxBroker.start();
        RedisProcess redis = Replicas.durableRedis(folder);
        Replicas replicas = Replicas.start(folder, broker, redis)) {
      Arrivals arrivals = new Arrivals(broker);
      for (int round = 1; round <= Rounds.of(3); round++) {
        List<Load.Running> running = replicas.load(load);
        Eventually.pause(Duration.ofMillis(random.nextInt(200, 1_500)));
        redis.kill();
        Eventually.await("not ready", MAX, () -> saysInbox(replicas));
        redis.restart();
        Eventually.pause(Duration.ofMillis(random.nextInt(200, 1_000)));
        running.forEach(Load.Running::close);
        awaitAllIsWell(replicas);
        System.out.printf(
            "round %d: %s so far, %d copies%n", round, load.answers(), Replicas.copies(arrivals));
        arrivals.assertNothingIsMissing(load.stored());
      }
      assertThat(Replicas.copies(arrivals)).isZero();
    }
    assertThat(load.answers()).containsOnlyKeys(200, 503);
  }

  private static boolean saysInbox(Replicas replicas) throws Exception {
    for (ServeProcess serve : replicas.all()) {
      if (!serve.get("/ready").body().contains("\"inbox\"")) {
        return false;
      }
    }
    return true;
  }

  private static void awaitAllIsWell(Replicas replicas) throws Exception {
    for (ServeProcess serve : replicas.all()) {
      Eventually.await("ready", MAX, serve::isReady);
      serve.awaitDrained(Replicas.DRAIN_MAX);
      assertThat(serve.get("/health").statusCode()).isEqualTo(200);
      assertThat(serve.log()).doesNotContain("\"msg\":\"bug\"");
    }
  }

  @Test
  void recoversAfterRedisHung() throws Exception {
    Load load = new Load(4);
    try (SandboxBroker broker = SandboxBroker.start();
        RedisProcess redis = Replicas.durableRedis(folder);
        Replicas replicas = Replicas.start(folder, broker, redis)) {
      Arrivals arrivals = new Arrivals(broker);
      for (int round = 0; round < Rounds.of(3); round++) {
        List<Load.Running> running = replicas.load(load);
        Eventually.pause(Duration.ofSeconds(1));
        redis.freeze();
        Eventually.pause(FROZEN);
        redis.thaw();
        Eventually.pause(Duration.ofSeconds(1));
        running.forEach(Load.Running::close);
        awaitAllIsWell(replicas);
        arrivals.assertNothingIsMissing(load.stored());
        System.out.printf(
            "RedisFaultsTest: %s, %d copies%n", load.answers(), Replicas.copies(arrivals));
      }
      assertThat(Replicas.copies(arrivals)).isZero();
    }
    assertThat(load.answers()).containsOnlyKeys(200, 503);
  }

  @Test
  void answers503WhenRedisIsFullAndRecovers() throws Exception {
    Load load = new Load(4);
    try (SandboxBroker broker = SandboxBroker.start();
        RedisProcess redis = Replicas.durableRedis(folder, "--maxmemory-policy", "noeviction");
        Replicas replicas = Replicas.start(folder, broker, redis)) {
      Arrivals arrivals = new Arrivals(broker);
      for (int round = 0; round < Rounds.of(3); round++) {
        broker.inject(new Fault.Outage(Duration.ofMinutes(10)));
        redis.command("CONFIG", "SET", "maxmemory", "12mb");
        int refusedBefore = load.answers().getOrDefault(503, 0);
        List<Load.Running> running = replicas.load(load);
        Eventually.await("503", MAX, () -> load.answers().getOrDefault(503, 0) > refusedBefore);
        // Each replica notices only by its own write, and a full Redis still accepts some: its
        // buffers count too.
        Eventually.await("not ready", MAX, () -> saysInbox(replicas));
        running.forEach(Load.Running::close);
        broker.clearFaults();
        // Publishing makes room; no operator is needed.
        awaitAllIsWell(replicas);
        for (Load.Running more : replicas.load(load)) {
          Eventually.pause(Duration.ofMillis(200));
          more.close();
        }
        awaitAllIsWell(replicas);
        redis.command("CONFIG", "SET", "maxmemory", "0");
        arrivals.assertNothingIsMissing(load.stored());
      }
      System.out.println("RedisFaultsTest: " + load.answers());
    }
    assertThat(load.answers()).containsOnlyKeys(200, 503);
  }
}
