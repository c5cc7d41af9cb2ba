package stripebridge.cli.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Run;
import stripebridge.cli.CliHarness.Running;

/// `trigger` with a bridge on the same machine whose certificate names its public host.
class TriggerOverTlsTest {
  private static final String PASSWORD = "changeit";

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
      assertThat(none.err()).startsWith("error: cannot use the certificate in 'none.pem': ");

      // With --app-url it could be anyone's bridge, so Java's default verification applies.
      String url = "https://127.0.0.1:" + port;
      Run given = cli.run("trigger", "payout.paid", "--app-url", url);
      assertThat(given.exitCode()).isEqualTo(4);
      assertThat(given.err())
          .startsWith("error: cannot post to " + url + "/webhooks/stripe: TLS failed: ");
    }
  }

  /// Creates a certificate and its key with the JDK's keytool, as the PEM files an operator has.
  private void makeIdentity(String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=hooks.example",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    write(name + ".cert.pem", "CERTIFICATE", keys.getCertificate(name).getEncoded());
    write(name + ".key.pem", "PRIVATE KEY", keys.getKey(name, PASSWORD.toCharArray()).getEncoded());
  }

  private void write(String name, String kind, byte[] content) throws Exception {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
  }
}
