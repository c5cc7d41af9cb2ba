package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The chart with Redis: a Deployment of bridges that share an inbox.
@Tag("faults")
class ChartWithRedisTest {
  private static final int CALLERS = 6;

  @TempDir Path folder;

  @Test
  void losesNothingDuringARollingUpdate() throws Exception {
    Load load = new Load(CALLERS);
    Deployed.withRedis(
        folder,
        3,
        deployed -> {
          deployed.install();
          assertThat(deployed.test()).contains("0 failed");
          try (Traffic traffic = Traffic.start(load, deployed.webhooks(), CALLERS)) {
            traffic.awaitMore(100);
            deployed.upgrade("config.settings.LOG_LEVEL", "warn");
            deployed.awaitRolledOut();
            traffic.awaitMore(100);
            System.out.println("ChartWithRedisTest: rolling update: " + traffic);
            traffic.assertServedThroughout(3);
          }
          deployed.awaitDelivered(load);
          deployed.stopCleanly();
        });
  }

  @Test
  void losesNothingWhenItIsScaledAndAPodIsKilled() throws Exception {
    Load load = new Load(CALLERS);
    Deployed.withRedis(
        folder,
        3,
        deployed -> {
          deployed.install();
          try (Traffic traffic = Traffic.start(load, deployed.webhooks(), CALLERS)) {
            traffic.awaitMore(100);
            deployed.cluster().scale(deployed.workload(), 1);
            deployed.awaitRolledOut();
            traffic.awaitMore(100);
            deployed.cluster().scale(deployed.workload(), 3);
            deployed.awaitRolledOut();
            traffic.awaitMore(100);
            System.out.println("ChartWithRedisTest: scaled: " + traffic);
            traffic.assertServedThroughout(2);

            deployed.cluster().kill(deployed.cluster().pods(deployed.workload()).getFirst());
            deployed.awaitRestarted();
            traffic.awaitMore(100);
            System.out.println("ChartWithRedisTest: killed: " + traffic);
            traffic.assertServedThroughout(2);
          }
          deployed.awaitDelivered(load);
          deployed.stopCleanly();
        });
  }

  @Test
  void isUpgradedWithoutTheBroker() throws Exception {
    Load load = new Load(CALLERS);
    Deployed.withRedis(
        folder,
        2,
        deployed -> {
          deployed.install();
          try (Traffic traffic = Traffic.start(load, deployed.webhooks(), CALLERS)) {
            traffic.awaitMore(50);
            deployed.setBrokerAway(true);
            deployed.upgrade("config.settings.LOG_LEVEL", "warn");
            deployed.awaitRolledOut();
            traffic.awaitMore(50);
            System.out.println("ChartWithRedisTest: broker away: " + traffic);
            traffic.assertServedThroughout(2);
          }
          int before = deployed.arrivals().count();
          assertThat(before).isLessThan(load.stored().size());
          deployed.setBrokerAway(false);
          deployed.awaitDelivered(load);
          deployed.awaitProvisioned();
          deployed.stopCleanly();
        });
  }
}
