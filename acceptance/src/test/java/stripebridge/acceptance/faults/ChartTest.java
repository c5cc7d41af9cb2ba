package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("faults")
class ChartTest {
  @TempDir Path folder;

  @Test
  void installsAndTestsGreen() throws Exception {
    Deployed.withVolume(
        folder,
        deployed -> {
          deployed.install();
          System.out.println(deployed.test());
          deployed.cluster().stopAll(Deployed.ROLLOUT_MAX);
          assertThat(deployed.cluster().problems()).isEmpty();
        });
  }
}
