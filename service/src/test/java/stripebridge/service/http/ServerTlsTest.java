package stripebridge.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.config.Identity;

class ServerTlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path folder;

  /// A certificate and its key, made by the JDK's own tool, as the PEM files an operator has.
  private KeyStore identity(String algorithm) throws Exception {
    Path file = folder.resolve("identity.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "bridge",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
    write("cert.pem", "CERTIFICATE", store.getCertificate("bridge").getEncoded());
    write("key.pem", "PRIVATE KEY", store.getKey("bridge", PASSWORD).getEncoded());
    return store;
  }

  private void write(String name, String kind, byte[] content) throws Exception {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, text, kind));
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void speaksHttpsWithAPairOfPemFiles(String algorithm) throws Exception {
    KeyStore store = identity(algorithm);
    ServerTls tls = ServerTls.of(new Identity.Pem("cert.pem", "key.pem"), folder);
    try (HttpHarness http =
            new HttpHarness(
                HttpHarness.openInbox(folder),
                HttpHarness.limits(),
                new HttpSettings.Admin.SamePort(),
                Optional.of(tls));
        HttpClient client = HttpClient.newBuilder().sslContext(trusting(store)).build()) {
      URI health = URI.create("https://localhost:" + http.server.port() + "/health");
      HttpResponse<String> answer =
          client.send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
    }
  }

  private static SSLContext trusting(KeyStore identity) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("bridge", identity.getCertificate("bridge"));
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  @Test
  void namesTheFilesThatItCannotUse() throws Exception {
    var unused = identity("EC");
    assertThat(unused.size()).isOne();
    assertThatThrownBy(() -> ServerTls.of(new Identity.Pem("cert.pem", "none.pem"), folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'cert.pem'")
        .hasMessageContaining("'none.pem'");
    assertThatThrownBy(() -> ServerTls.of(new Identity.Pem("key.pem", "cert.pem"), folder))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
