package stripebridge.service.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static stripebridge.service.http.HttpHarness.event;
import static stripebridge.service.http.HttpHarness.sign;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.config.Network;

/// Webhook connections that begin with a PROXY header.
class ProxyProtocolTest {
  private static final String FIRST = "PROXY TCP4 203.0.113.9 10.0.0.1 56324 443\r\n";
  private static final String SECOND =
      new String(
          HexFormat.of().parseHex(ProxyHeaderTest.SIGNATURE + "2111000ccb0071090a000001dc0401bb"),
          ISO_8859_1);
  private static final String LOCAL =
      new String(HexFormat.of().parseHex(ProxyHeaderTest.SIGNATURE + "20000000"), ISO_8859_1);

  @TempDir Path folder;

  private HttpHarness open(String... trusted) throws Exception {
    List<Network> networks =
        Stream.of(trusted).map(text -> Network.of(text).orElseThrow()).toList();
    return new HttpHarness(
        HttpHarness.openInbox(folder),
        HttpHarness.limits(),
        HttpHarness.settings(
            new HttpSettings.Admin.OwnPort(0), new HttpSettings.Proxy.Required(networks)),
        Optional.empty());
  }

  private static String answer(int port, String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      HttpHarness.write(socket, request);
      return HttpHarness.readAll(socket);
    }
  }

  private static String post(String id) {
    String body = event(id, "charge.succeeded");
    return "POST /webhooks/stripe HTTP/1.0\r\nStripe-Signature: %s\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(sign(HttpHarness.SECRET, Instant.now(), body), body.length(), body);
  }

  private static String metrics(HttpHarness http) throws Exception {
    return answer(http.server.adminPort(), "GET /metrics HTTP/1.0\r\n\r\n");
  }

  @Test
  void takesBothVersionsAndNamesTheClientInTheLog() throws Exception {
    HttpHarness http = open();
    try (http) {
      for (String header : List.of(FIRST, SECOND)) {
        assertThat(answer(http.server.port(), header + "GET /nowhere HTTP/1.0\r\n\r\n"))
            .startsWith("HTTP/1.1 404");
      }
      assertThat(answer(http.server.port(), FIRST + post("evt_1"))).startsWith("HTTP/1.1 200");
      assertThat(answer(http.server.port(), SECOND + post("evt_2"))).startsWith("HTTP/1.1 200");
      assertThat(answer(http.server.port(), LOCAL + post("evt_3"))).startsWith("HTTP/1.1 200");
    }
    assertThat(http.logged().lines().filter(line -> line.contains("not_found")))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("\"remote\":\"203.0.113.9\""));
  }

  @Test
  void refusesAndCountsConnectionsWithoutIt() throws Exception {
    try (HttpHarness http = open()) {
      assertThat(answer(http.server.port(), post("evt_1")))
          .startsWith("HTTP/1.1 400")
          .contains("\"error\":\"proxy_header_missing\"");
      assertThat(answer(http.server.port(), "PROXY TCP4 nonsense\r\n" + post("evt_1")))
          .startsWith("HTTP/1.1 400")
          .contains("\"error\":\"proxy_header_malformed\"");
      assertThat(metrics(http).lines())
          .contains(
              "stripe_webhooks_proxy_refused_total{reason=\"missing\"} 1.0",
              "stripe_webhooks_proxy_refused_total{reason=\"malformed\"} 1.0",
              "stripe_webhooks_proxy_refused_total{reason=\"untrusted\"} 0.0",
              "stripe_webhooks_answered_total{code=\"400\"} 2.0");
      assertThat(http.inbox.counts().waiting()).isZero();
    }
  }

  @Test
  void takesItFromTrustedNetworksOnly() throws Exception {
    try (HttpHarness http = open("10.0.0.0/8", "::1")) {
      assertThat(answer(http.server.port(), FIRST + post("evt_1")))
          .startsWith("HTTP/1.1 400")
          .contains("\"error\":\"proxy_header_untrusted\"");
      assertThat(metrics(http))
          .contains("stripe_webhooks_proxy_refused_total{reason=\"untrusted\"} 1.0");
    }
  }

  @Test
  void takesItFromATrustedNetwork() throws Exception {
    try (HttpHarness http = open("10.0.0.0/8", "127.0.0.0/8")) {
      assertThat(answer(http.server.port(), SECOND + post("evt_1"))).startsWith("HTTP/1.1 200");
    }
  }
}
