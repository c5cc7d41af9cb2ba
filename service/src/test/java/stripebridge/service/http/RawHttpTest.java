package stripebridge.service.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static stripebridge.service.http.HttpHarness.event;
import static stripebridge.service.http.HttpHarness.sign;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.config.HttpSettings;

/// HTTP as proxies, health checks and others send it, byte by byte.
class RawHttpTest {
  private static final String PATH = "/webhooks/stripe";

  @TempDir Path folder;
  private HttpHarness http;

  @BeforeEach
  void open() throws Exception {
    http =
        new HttpHarness(
            HttpHarness.openInbox(folder), HttpHarness.limits(), new HttpSettings.Admin.OwnPort(0));
  }

  @AfterEach
  void close() {
    http.close();
  }

  /// Everything that arrives, up to the end of the connection.
  private String answer(String request) throws Exception {
    return answer(http.server.port(), request);
  }

  private static String answer(int port, String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      HttpHarness.write(socket, request);
      return HttpHarness.readAll(socket);
    }
  }

  private static String signed(String body) {
    return "Stripe-Signature: " + sign(HttpHarness.SECRET, Instant.now(), body) + "\r\n";
  }

  private static String post(String version, String body) {
    return "POST " + PATH + " " + version + "\r\n" + signed(body);
  }

  private static String withLength(String body) {
    return "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private static String chunked(String body, String extension, String trailer) {
    return "Host: b\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        + Integer.toHexString(body.length())
        + extension
        + "\r\n"
        + body
        + "\r\n0\r\n"
        + trailer
        + "\r\n";
  }

  private long count(String metric) throws Exception {
    String page = answer(http.server.adminPort(), "GET /metrics HTTP/1.0\r\n\r\n");
    return page.lines()
        .filter(line -> line.startsWith(metric + " "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(metric.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  private long answered(int code) throws Exception {
    return count("stripe_webhooks_answered_total{code=\"" + code + "\"}");
  }

  private List<String> refusals() {
    http.close();
    return http.logged().lines().filter(line -> line.contains("request_refused")).toList();
  }

  @Test
  void answersHttp10() throws Exception {
    String body = event("evt_1", "charge.succeeded");
    String answer = answer(post("HTTP/1.0", body) + withLength(body));

    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n{\"received\":true}");
    assertThat(answer).contains("\r\nConnection: close\r\n", "\r\nContent-Length: 17\r\n");
    assertThat(answer.toLowerCase(java.util.Locale.ROOT)).doesNotContain("transfer-encoding");
    assertThat(answered(200)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Connection: keep-alive\r\n", "Host: a_b\r\n", "Host: \r\n"})
  void answersHttp10OnTheAdminPort(String headers) throws Exception {
    for (String path : List.of("/health", "/ready", "/metrics")) {
      assertThat(
              answer(http.server.adminPort(), "GET " + path + " HTTP/1.0\r\n" + headers + "\r\n"))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("\r\nConnection: close\r\n")
          .doesNotContain("chunked");
    }
    assertThat(answered(200)).isZero();
  }

  /// Otherwise one connection could use a whole processor.
  @Test
  void endsAConnectionThatSendsOnWithoutReadingItsAnswers() throws Exception {
    String answers = answer("GET /nope HTTP/1.1\r\nHost: b\r\n\r\n".repeat(200));
    assertThat(answers.split("HTTP/1.1 404", -1)).hasSizeBetween(3, 25);
  }

  @Test
  void saysWhatAnIllegalRequestLacks() throws Exception {
    assertThat(answer("GET /%zz HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("The request is not valid HTTP/1.1");
  }

  /// The handler that answers decides whether it counts, not the text of the path.
  @Test
  void countsNoAnswersToOperators() throws Exception {
    try (HttpHarness one = new HttpHarness(Files.createDirectory(folder.resolve("one")))) {
      int port = one.server.port();
      for (String target :
          List.of(
              "/health",
              "http://bridge/health",
              "/health?a",
              "/%68ealth",
              "/a/../health",
              "//health")) {
        assertThat(answer(port, "GET " + target + " HTTP/1.0\r\n\r\n"))
            .as(target)
            .startsWith("HTTP/1.1 200");
      }
      assertThat(answer(port, "POST /health HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 405");
      assertThat(answer(port, "GET /healthy HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 404");
      // The flag belongs to one request.
      assertThat(
              answer(port, "GET /health HTTP/1.1\r\nHost: b\r\n\r\nGET /nowhere HTTP/1.0\r\n\r\n"))
          .contains("HTTP/1.1 200", "HTTP/1.1 404");
      assertThat(answer(port, "GET /metrics HTTP/1.0\r\n\r\n"))
          .contains(
              "stripe_webhooks_answered_total{code=\"200\"} 0.0",
              "stripe_webhooks_answered_total{code=\"404\"} 2.0",
              "stripe_webhooks_answered_total{code=\"405\"} 0.0");
    }
  }

  @Test
  void takesAWebhookAtAnAbsoluteAddress() throws Exception {
    String body = event("evt_1", "charge.succeeded");
    assertThat(
            answer(
                post("HTTP/1.1", body).replace(PATH, "http://bridge" + PATH)
                    + "Host: bridge\r\nConnection: close\r\n"
                    + withLength(body)))
        .startsWith("HTTP/1.1 200");
    assertThat(answered(200)).isEqualTo(1);
  }

  @Test
  void answersHeadWithoutABody() throws Exception {
    assertThat(answer(http.server.adminPort(), "HEAD /health HTTP/1.0\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .endsWith("\r\n\r\n");
  }

  /// An answer to HEAD has no body; the refusal after it always has one.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\nHost: b\n\n",
        "GET /<> HTTP/1.1\r\nHost: b\r\n\r\n",
        "GET /nowhere HTTP/1.0\r\n\r\n",
        "POST /webhooks/stripe HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
      })
  void refusesWithABodyBehindHead(String refused) throws Exception {
    String answers = answer("HEAD /nowhere HTTP/1.1\r\nHost: b\r\n\r\n" + refused);
    int second = answers.lastIndexOf("HTTP/1.1 ");
    assertThat(answers.substring(0, second)).startsWith("HTTP/1.1 404").endsWith("\r\n\r\n");
    assertThat(answers.substring(second)).contains("\r\n\r\n{\"error\":").endsWith("}");
  }

  @Test
  void takesChunkExtensionsAndTrailers() throws Exception {
    int i = 0;
    for (List<String> parts :
        List.of(List.of("", ""), List.of(";a=b", ""), List.of("", "X-Checksum: 1\r\n"))) {
      String body = event("evt_" + i++, "charge.succeeded");
      assertThat(answer(post("HTTP/1.1", body) + chunked(body, parts.get(0), parts.get(1))))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void refusesAChunkWithoutItsEnd() throws Exception {
    String body = event("evt_1", "charge.succeeded");
    String broken = chunked(body, "", "").replace("}\r\n0", "}XY0");
    assertThat(answer(post("HTTP/1.1", body) + broken))
        .startsWith("HTTP/1.1 400")
        .contains("\"error\":\"body_broken\"", "a chunk does not end with CR LF");
  }

  @Test
  void refusesEndlessChunkExtensions() throws Exception {
    String body = event("evt_1", "charge.succeeded");
    String request = post("HTTP/1.1", body) + chunked(body, ";" + "x".repeat(9_000), "");
    assertThat(answer(request.substring(0, request.indexOf(body))))
        .startsWith("HTTP/1.1 400")
        .contains("\"error\":\"body_broken\"");
  }

  @Test
  void takesIdentityAndNoOtherEncoding() throws Exception {
    String body = event("evt_1", "charge.succeeded");
    String rest = "Host: b\r\nConnection: close\r\n" + withLength(body);
    assertThat(answer(post("HTTP/1.1", body) + "Content-Encoding: identity\r\n" + rest))
        .startsWith("HTTP/1.1 200");
    assertThat(answer(post("HTTP/1.1", body) + "Content-Encoding: gzip\r\n" + rest))
        .startsWith("HTTP/1.1 415")
        .contains("\"error\":\"body_encoded\"", "without one.");
    assertThat(answered(415)).isEqualTo(1);
  }

  @Test
  void refusesATooLargeBodyBeforeItComes() throws Exception {
    for (String length :
        List.of(
            "Content-Length: 1048577\r\n\r\n",
            "Expect: 100-continue\r\nContent-Length: 1048577\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n100001\r\n")) {
      assertThat(answer("POST " + PATH + " HTTP/1.1\r\nHost: b\r\n" + length))
          .startsWith("HTTP/1.1 413")
          .contains("\"error\":\"body_too_large\",\"message\":\"The body exceeds 1 MiB.\"");
    }
    assertThat(answered(413)).isEqualTo(3);
  }

  @Test
  void continuesWhenItIsExpectedTo() throws Exception {
    String body = event("evt_1", "charge.succeeded");
    try (Socket socket = http.connect()) {
      HttpHarness.write(
          socket,
          post("HTTP/1.1", body)
              + "Host: b\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n");
      byte[] first = socket.getInputStream().readNBytes(25);
      assertThat(new String(first, ISO_8859_1)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      HttpHarness.write(socket, body);
      assertThat(HttpHarness.readAll(socket)).startsWith("HTTP/1.1 200");
    }
  }

  /// A refused client may skip its body and must not be asked for it later.
  @ParameterizedTest
  @CsvSource({
    "POST /nowhere, 404",
    "PUT /webhooks/stripe, 405",
  })
  void asksForNoBodyThatItHasRefused(String target, int status) throws Exception {
    try (Socket socket = http.connect()) {
      HttpHarness.write(
          socket,
          target + " HTTP/1.1\r\nHost: b\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      assertThat(HttpHarness.readAll(socket))
          .startsWith("HTTP/1.1 " + status)
          .doesNotContain("100 Continue");
    }
  }

  @Test
  void answersAtOnceWhereThereIsNothing() throws Exception {
    try (Socket socket = http.connect()) {
      HttpHarness.write(
          socket, "POST /nowhere HTTP/1.1\r\nHost: b\r\nContent-Length: 100\r\n\r\n{");
      byte[] first = socket.getInputStream().readNBytes(12);
      assertThat(new String(first, ISO_8859_1)).isEqualTo("HTTP/1.1 404");
    }
  }

  @Test
  void answersRequestsThatComeAtOnceInTheirOrder() throws Exception {
    String first = event("evt_1", "charge.succeeded");
    String second = event("evt_2", "charge.succeeded");
    String answers =
        answer(
            post("HTTP/1.1", first)
                + "Host: b\r\n"
                + withLength(first)
                + post("HTTP/1.1", second)
                + chunked(second, "", ""));
    assertThat(answers.split("\\{\"received\":true\\}", -1)).hasSize(3);
  }

  /// The unread rest of a body is never read as a request.
  @Test
  void readsNoRequestOutOfABody() throws Exception {
    String hidden = event("evt_hidden", "charge.succeeded");
    String inner = post("HTTP/1.1", hidden) + "Host: b\r\n" + withLength(hidden);
    String answers =
        answer(
            "POST /nowhere HTTP/1.1\r\nHost: b\r\n"
                + withLength(inner)
                + "GET /nowhere HTTP/1.0\r\n\r\n");
    assertThat(answers).startsWith("HTTP/1.1 404").doesNotContain("received");
    assertThat(http.inbox.counts().waiting()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "'GET /health HTTP/1.1\nHost: b\n\n', 400, line_feeds",
    "'PROXY TCP4 203.0.113.9 10.0.0.1 1 2\r\nGET / HTTP/1.1\r\n\r\n', 400, proxy_header",
    "'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505, http_2",
    "'GET / HTTP/3.0\r\n\r\n', 505, http_version",
    "'GET /health\r\n', 400, http_0_9",
    "'SSH-2.0-OpenSSH_9.2\r\n', 400, unknown",
    "'\u0000\u0001\u0002', 400, unknown",
  })
  void saysWhatIsNoHttp(String text, int status, String seen) throws Exception {
    assertThat(answer(text))
        .startsWith("HTTP/1.1 " + status)
        .contains("\r\nContent-Type: application/json\r\n", "\r\n\r\n{\"error\":\"");
    assertThat(answered(status)).isEqualTo(1);
    assertThat(refusals())
        .singleElement()
        .asString()
        .contains("\"code\":\"not_http\",\"seen\":\"" + seen + "\",\"remote\":\"127.0.0.1\"");
  }

  @Test
  void knowsTlsOnThePlainPort() throws Exception {
    String hello = new String(HexFormat.of().parseHex("1603010200010001fc0303"), ISO_8859_1);
    assertThat(answer(hello)).startsWith("HTTP/1.1 400");
    assertThat(refusals()).singleElement().asString().contains("\"seen\":\"tls\"");
  }

  @Test
  void saysWhatEndedEarly() throws Exception {
    try (Socket socket = http.connect()) {
      HttpHarness.write(socket, "POST /webhoo");
      socket.shutdownOutput();
      assertThat(HttpHarness.readAll(socket)).startsWith("HTTP/1.1 400");
    }
    assertThat(refusals()).singleElement().asString().contains("\"seen\":\"ended_early\"");
  }

  /// Every refusal has the same form.
  @ParameterizedTest
  @CsvSource({
    "'POST /webhooks/stripe HTTP/1.1\r\n\r\n', 400, bad_request",
    "'POST /webhooks/stripe HTTP/1.1\r\nHost: a b\r\n\r\n', 400, bad_request",
    "'GET /<> HTTP/1.1\r\nHost: b\r\n\r\n', 400, bad_request",
    "'GET http:///health HTTP/1.1\r\nHost: b\r\n\r\n', 400, bad_request",
    "'GET health HTTP/1.1\r\nHost: b\r\n\r\n', 400, bad_request",
    "'OPTIONS * HTTP/1.0\r\n\r\n', 404, not_found",
    "'CONNECT b:80 HTTP/1.1\r\nHost: b\r\n\r\n', 400, bad_request",
    "'post /webhooks/stripe HTTP/1.1\r\nHost: b\r\n\r\n', 400, bad_request",
    "'GET /webhooks/stripe HTTP/1.0\r\n\r\n', 405, method_not_allowed",
    "'GET /nowhere HTTP/1.0\r\n\r\n', 404, not_found",
  })
  void refusesInTheSameWords(String request, int status, String code) throws Exception {
    assertThat(answer(request))
        .startsWith("HTTP/1.1 " + status)
        .contains("application/json", "{\"error\":\"" + code + "\",\"message\":\"");
    assertThat(answered(status)).isEqualTo(1);
    assertThat(refusals()).singleElement().asString().contains("\"code\":\"" + code + "\"");
  }

  @Test
  void refusesTooManyAndTooLongHeaders() throws Exception {
    assertThat(answer("GET / HTTP/1.1\r\nA: " + "b".repeat(30_000)))
        .startsWith("HTTP/1.1 431")
        .contains("\"error\":\"headers_too_large\"");
    assertThat(answer("GET /" + "a".repeat(9_000)))
        .startsWith("HTTP/1.1 414")
        .contains("\"error\":\"uri_too_long\"");
    assertThat(answered(431)).isEqualTo(1);
    assertThat(answered(414)).isEqualTo(1);
  }
}
