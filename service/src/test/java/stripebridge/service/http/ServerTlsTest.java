package stripebridge.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.tls.TlsFileException;

class ServerTlsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void speaksHttpsWithAPairOfPemFiles(String algorithm) throws Exception {
    TestIdentity identity = TestIdentity.create(folder, algorithm);
    try (HttpHarness http = open(identity);
        HttpClient client = HttpClient.newBuilder().sslContext(identity.trusting()).build()) {
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
    TestIdentity identity = TestIdentity.create(folder, "EC");
    HttpHarness http =
        new HttpHarness(
            HttpHarness.openInbox(folder),
            HttpHarness.limits(),
            HttpHarness.settings(
                new HttpSettings.Admin.OwnPort(0), new HttpSettings.Proxy.Required(List.of())),
            Optional.of(identity.tls()));
    try (http) {
      String header = "PROXY TCP4 203.0.113.9 10.0.0.1 56324 443\r\n";
      try (Socket plain = http.connect()) {
        assertThat(answer(plain, header + "GET /nowhere HTTP/1.1\r\n"))
            .startsWith("HTTP/1.1 400")
            .contains("\"error\":\"not_http\"", "This port speaks HTTPS");
      }
      try (Socket plain = http.connect()) {
        HttpHarness.write(plain, header);
        try (Socket secure = identity.over(plain)) {
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

  /// Also when it arrives byte by byte.
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 43})
  void namesAProxyHeaderThatItDoesNotExpect(int bytesFirst) throws Exception {
    TestIdentity identity = TestIdentity.create(folder, "EC");
    HttpHarness http = open(identity);
    try (http;
        Socket socket = http.connect()) {
      String header = "PROXY TCP4 203.0.113.9 10.0.0.1 56324 443\r\n";
      socket.setTcpNoDelay(true);
      HttpHarness.write(socket, header.substring(0, bytesFirst));
      // A client that is answered was accepted later, so the first bytes have most likely been
      // read.
      try (Socket other = http.connect()) {
        assertThat(answer(other, "GET / HTTP/1.1\r\n")).startsWith("HTTP/1.1 400");
      }
      HttpHarness.write(socket, header.substring(bytesFirst));
      assertThat(HttpHarness.readAll(socket))
          .startsWith("HTTP/1.1 400")
          .contains("APP_PROXY_PROTOCOL");
    }
    assertThat(http.logged()).contains("\"seen\":\"proxy_header\"");
  }

  /// A scanner can cause any number of these: a line for each would fill the log.
  @Test
  void logsAndCountsHandshakesThatFail() throws Exception {
    TestIdentity identity = TestIdentity.create(folder, "EC");
    HttpHarness http = open(identity);
    try (http) {
      for (int i = 0; i < 30; i++) {
        try (Socket socket = http.connect()) {
          // A TLS record that contains no handshake.
          HttpHarness.write(socket, "\u0016\u0003\u0001\u0000\u0004abcd");
          assertThat(HttpHarness.readAll(socket)).doesNotContain("HTTP");
        }
      }
      try (Socket secure = identity.over(http.connect())) {
        assertThat(answer(secure, "GET /metrics HTTP/1.0\r\n\r\n"))
            .contains("stripe_webhooks_tls_failed_total 30.0");
      }
    }
    List<String> lines = http.logged().lines().toList();
    long logged = lines.stream().filter(line -> line.contains("tls_handshake_failed")).count();
    long notLogged =
        Pattern.compile("\"refusals_not_logged\",\"count\":(\\d+)")
            .matcher(http.logged())
            .results()
            .mapToLong(found -> Long.parseLong(found.group(1)))
            .sum();
    assertThat(logged).isPositive();
    assertThat(logged + notLogged).isEqualTo(30);
  }

  private HttpHarness open(TestIdentity identity) throws Exception {
    return new HttpHarness(
        HttpHarness.openInbox(folder),
        HttpHarness.limits(),
        new HttpSettings.Admin.SamePort(),
        Optional.of(identity.tls()));
  }

  /// A client that never completes its handshake counts as idle.
  @Test
  void endsAHandshakeThatTakesTooLong() throws Exception {
    TestIdentity identity = TestIdentity.create(folder, "EC");
    HttpLimits quick =
        new HttpLimits(
            1 << 20,
            1 << 20,
            8,
            8,
            Duration.ofMillis(300),
            Duration.ofMillis(600),
            Duration.ofSeconds(60),
            Duration.ofMillis(200));
    HttpHarness http =
        new HttpHarness(
            HttpHarness.openInbox(folder),
            quick,
            new HttpSettings.Admin.SamePort(),
            Optional.of(identity.tls()));
    try (http;
        Socket silent = http.connect();
        Socket begun = http.connect()) {
      HttpHarness.write(begun, "\u0016\u0003\u0001");
      assertThat(HttpHarness.readAll(silent)).isEmpty();
      // An alert may come before the end.
      assertThat(HttpHarness.readAll(begun)).doesNotContain("HTTP");
    }
    assertThat(http.logged().lines().filter(line -> line.contains("tls_handshake_failed")))
        .hasSize(1);
  }

  @Test
  void namesTheFilesThatItCannotUse() throws Exception {
    TestIdentity.create(folder, "EC");
    assertThatThrownBy(() -> ServerTls.of(new TlsIdentity.Pem("cert.pem", "none.pem"), folder))
        .isInstanceOf(TlsFileException.class)
        .hasMessage("cannot use the key '%s': there is no such file", folder.resolve("none.pem"));
    assertThatThrownBy(() -> ServerTls.of(new TlsIdentity.Pem("key.pem", "cert.pem"), folder))
        .isInstanceOf(TlsFileException.class)
        .hasMessage(
            "cannot use the certificate '%s': it has no certificate in PEM form",
            folder.resolve("key.pem"));
  }
}
