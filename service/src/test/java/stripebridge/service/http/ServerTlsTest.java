package stripebridge.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
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

  private static String answer(Socket socket, String request) throws Exception {
    socket.setSoTimeout(20_000);
    HttpHarness.write(socket, request);
    return HttpHarness.readAll(socket);
  }

  @Test
  void saysThatItSpeaksTlsAndTakesAProxyHeaderBeforeIt() throws Exception {
    KeyStore store = identity("EC");
    ServerTls tls = ServerTls.of(new Identity.Pem("cert.pem", "key.pem"), folder);
    HttpHarness http =
        new HttpHarness(
            HttpHarness.openInbox(folder),
            HttpHarness.limits(),
            HttpHarness.settings(
                new HttpSettings.Admin.OwnPort(0), new HttpSettings.Proxy.Required(List.of())),
            Optional.of(tls));
    try (http) {
      String header = "PROXY TCP4 203.0.113.9 10.0.0.1 56324 443\r\n";
      try (Socket plain = http.connect()) {
        assertThat(answer(plain, header + "GET /nowhere HTTP/1.1\r\n"))
            .startsWith("HTTP/1.1 400")
            .contains("\"error\":\"not_http\"", "This port speaks HTTPS");
      }
      try (Socket plain = http.connect()) {
        HttpHarness.write(plain, header);
        try (Socket secure =
            trusting(store).getSocketFactory().createSocket(plain, "localhost", 443, true)) {
          assertThat(answer(secure, "GET /nowhere HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 404");
        }
      }
    }
    assertThat(http.logged().lines().filter(line -> line.contains("request_refused")))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("\"remote\":\"203.0.113.9\""))
        .first()
        .asString()
        .contains("\"seen\":\"plain_http\"");
  }

  /// One that never shakes hands is idle like any other.
  @Test
  void endsAHandshakeThatTakesTooLong() throws Exception {
    assertThat(identity("EC").size()).isOne();
    ServerTls tls = ServerTls.of(new Identity.Pem("cert.pem", "key.pem"), folder);
    HttpLimits quick =
        new HttpLimits(
            1 << 20,
            1 << 20,
            8,
            8,
            Duration.ofMillis(300),
            Duration.ofMillis(600),
            Duration.ofMillis(200));
    try (HttpHarness http =
            new HttpHarness(
                HttpHarness.openInbox(folder),
                quick,
                new HttpSettings.Admin.SamePort(),
                Optional.of(tls));
        Socket silent = http.connect();
        Socket begun = http.connect()) {
      HttpHarness.write(begun, "\u0016\u0003\u0001");
      assertThat(HttpHarness.readAll(silent)).isEmpty();
      // There may be an alert before the end.
      assertThat(HttpHarness.readAll(begun)).doesNotContain("HTTP");
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
