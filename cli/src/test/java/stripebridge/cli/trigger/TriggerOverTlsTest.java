package stripebridge.cli.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Run;
import stripebridge.cli.CliHarness.Running;
import stripebridge.core.testing.TestCertificate;

/// `trigger` with a bridge on the same machine whose certificate names its public host.
class TriggerOverTlsTest {
  @TempDir Path folder;

  @Test
  void trustsTheCertificateOfTheLocalBridgeOnly() throws Exception {
    makeIdentity("bridge");
    makeIdentity("other");
    CliHarness cli =
        new CliHarness(folder)
            .onTrueTime()
            .env("STRIPE_WEBHOOK_SECRET", "whsec_of_the_test")
            .env("SOLACE_HOST", "tcp://127.0.0.1:1")
            .env("SOLACE_VPN", "default")
            .env("SOLACE_USERNAME", "default")
            .env("SOLACE_PASSWORD", "default")
            .env("APP_HOST", "127.0.0.1")
            .env("APP_PORT", "0")
            .env("APP_TLS_CERT_PATH", "bridge.cert.pem")
            .env("APP_TLS_KEY_PATH", "bridge.key.pem");
    try (Running serve = cli.start("serve")) {
      String port =
          serve.awaitError("listening on https://127.0.0.1:(\\d+)/webhooks/stripe").group(1);

      Run own = cli.env("APP_PORT", port).run("trigger", "payout.paid");
      assertThat(own.exitCode()).as(own.err()).isZero();

      Run other =
          cli.env("APP_TLS_CERT_PATH", "other.cert.pem")
              .env("APP_TLS_KEY_PATH", "other.key.pem")
              .run("trigger", "payout.paid");
      assertThat(other.exitCode()).isEqualTo(4);
      assertThat(other.err())
          .startsWith(
              "error: cannot post to https://127.0.0.1:" + port + "/webhooks/stripe: TLS failed: ");

      Run none = cli.env("APP_TLS_CERT_PATH", "none.pem").run("trigger", "payout.paid");
      assertThat(none.exitCode()).isEqualTo(2);
      assertThat(none.err())
          .startsWith("error: cannot use the certificate '")
          .contains("none.pem': there is no such file\n");

      // With --app-url it could be anyone's bridge, so Java's default verification applies.
      String url = "https://127.0.0.1:" + port;
      Run given = cli.run("trigger", "payout.paid", "--app-url", url);
      assertThat(given.exitCode()).isEqualTo(4);
      assertThat(given.err())
          .startsWith("error: cannot post to " + url + "/webhooks/stripe: TLS failed: ");
    }
  }

  private void makeIdentity(String name) throws Exception {
    TestCertificate.create(folder, "EC", "hooks.example")
        .write(folder.resolve(name + ".cert.pem"), folder.resolve(name + ".key.pem"));
  }
}
