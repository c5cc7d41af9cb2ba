package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.Project;

/// The chart as it is by default: a StatefulSet of one bridge with its inbox on a volume.
@Tag("faults")
@Tag("image")
class ChartOnVolumeTest {
  @TempDir Path folder;

  @Test
  void installsAndIsUpgradedToAnotherTopology() throws Exception {
    String shipped = Files.readString(Project.root().resolve("topology.yaml"));
    String changed =
        shipped.replace(
            "routes:\n", "routes:\n  refund.created: stripe/webhook/v1/refunds/created\n");
    assertThat(changed).isNotEqualTo(shipped);
    Deployed.withVolume(
        folder,
        deployed -> {
          deployed.install();
          assertThat(deployed.test()).contains("0 failed");

          deployed.upgrade("topology", changed);
          deployed.awaitProvisioned();
          deployed.awaitRolledOut();
          assertThat(deployed.test())
              .contains("0 failed")
              .contains("✓ refund.created → stripe.all.inbound");
          deployed.stopCleanly();
        });
  }

  @Test
  void handsItsVolumeOverUnderLoad() throws Exception {
    Load load = new Load(8);
    Deployed.withVolume(
        folder,
        deployed -> {
          deployed.install();
          try (Traffic traffic = Traffic.start(load, deployed.webhooks(), 8)) {
            traffic.awaitMore(200);
            deployed.upgrade("config.settings.LOG_LEVEL", "warn");
            deployed.awaitRolledOut();
            traffic.awaitMore(200);
            System.out.println("ChartOnVolumeTest: " + traffic);
            traffic.assertRefusedOncePerConnection(1);
          }
          deployed.awaitDelivered(load);
          deployed.arrivals().assertOrderOfEachCustomer();
          deployed.stopCleanly();
        });
  }
}
