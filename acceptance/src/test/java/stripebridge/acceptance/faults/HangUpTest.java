package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.SandboxBroker;

/// Sends SIGHUP to the process: it reads its files again, and goes on.
@Tag("faults")
class HangUpTest {
  @TempDir Path folder;

  @Test
  void readsItsFilesAgainAndGoesOn() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "first=whsec_first");
    ServeProcess.Options options =
        ServeProcess.Options.DEFAULTS
            .withSetting("STRIPE_WEBHOOK_SECRET", "")
            .withSetting("STRIPE_WEBHOOK_SECRET_FILE", secret.toString());
    try (SandboxBroker broker = SandboxBroker.start();
        ServeProcess serve = ServeProcess.start(folder, broker, options)) {
      for (String label : new String[] {"second", "third"}) {
        Files.writeString(secret, label + "=whsec_" + label);
        serve.signal("HUP");
        Eventually.await(
            "the secret is taken",
            Duration.ofSeconds(9),
            () -> serve.log().contains(label + "=***"));
      }
      assertThat(serve.isAlive()).isTrue();
      assertThat(serve.log()).doesNotContain("whsec_");
      assertThat(serve.terminate(Duration.ofSeconds(20))).isZero();
    }
  }
}
