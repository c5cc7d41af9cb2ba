package stripebridge.service.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.service.http.HeadReader.Reading;
import stripebridge.service.http.RequestHead.Length;
import stripebridge.service.http.RequestHead.Refusal;

class HeadReaderTest {
  private static final int MAX = 1_000;
  private static final String POST = "POST /webhooks/stripe HTTP/1.1\r\nHost: b\r\n";

  private static Reading read(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    return new HeadReader(MAX).read(bytes, 0, bytes.length);
  }

  /// Gives the same result when it arrives byte by byte.
  private static Reading readSlowly(String text) {
    byte[] bytes = ("before" + text).getBytes(ISO_8859_1);
    HeadReader reader = new HeadReader(MAX);
    Reading reading = new Reading.More();
    for (int to = 7; to <= bytes.length && reading instanceof Reading.More; to++) {
      reading = reader.read(bytes, 6, to);
    }
    return reading;
  }

  private static RequestHead head(String text) {
    return ((Reading.Whole) read(text)).head();
  }

  private static String bytes(String text) {
    return new String(head(text).bytes(), ISO_8859_1);
  }

  private static Refusal refusal(String text) {
    Refusal refusal = ((Reading.Refused) read(text)).refusal();
    Refusal slowly = ((Reading.Refused) readSlowly(text)).refusal();
    assertThat(slowly.code()).isEqualTo(refusal.code());
    assertThat(slowly.seen()).isEqualTo(refusal.seen());
    return refusal;
  }

  @Test
  void readsAHeadAndNoFurther() {
    String head = POST + "Content-Length: 12\r\n\r\n";
    Reading.Whole whole = (Reading.Whole) read(head + "{\"id\":\n");
    assertThat(whole.next()).isEqualTo(head.length());
    assertThat(whole.head().method()).isEqualTo("POST");
    assertThat(whole.head().length()).isEqualTo(new Length.Bytes(12));
    assertThat(bytes(head)).isEqualTo(head);
    assertThat(readSlowly(head)).isInstanceOf(Reading.Whole.class);
    assertThat(read(head.substring(0, head.length() - 1))).isEqualTo(new Reading.More());
  }

  @Test
  void takesLineEndsAhead() {
    assertThat(bytes("\r\n\r\n" + POST + "\r\n")).isEqualTo(POST + "\r\n");
    assertThat(refusal("\r\n".repeat(9)).seen()).isEqualTo(NotHttp.OTHER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"health", "b:80", "http:///health", "http://", "ftp://b/", "**"})
  void refusesATargetThatIsNoPath(String target) {
    Refusal refusal = refusal("GET " + target + " HTTP/1.1\r\nHost: b\r\n\r\n");
    assertThat(refusal.code()).isEqualTo("bad_request");
    assertThat(refusal.answer().status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "GET /health HTTP/1.0|GET /health HTTP/1.1~Connection: close~Host: localhost~",
        "GET / HTTP/1.0~Host: nginx_up|GET / HTTP/1.1~Host: nginx_up~Connection: close~",
        "GET / HTTP/1.0~Host:|GET / HTTP/1.1~Connection: close~Host: localhost~",
        "GET / HTTP/1.0~Connection: keep-alive~Keep-Alive: 9~A: b|"
            + "GET / HTTP/1.1~A: b~Connection: close~Host: localhost~",
        "GET / HTTP/1.0~Expect: 100-continue|"
            + "GET / HTTP/1.1~Connection: close~Host: localhost~",
        "GET / HTTP/1.1~Host: b~content-encoding: Identity|GET / HTTP/1.1~Host: b~",
        "GET / HTTP/1.1~Host: b~Expect: 100-Continue|GET / HTTP/1.1~Host: b~",
        "GET http://b/health HTTP/1.1~Host: b|GET /health HTTP/1.1~Host: b~",
        "GET HTTPS://b:8/a?b=c HTTP/1.1~Host: b|GET /a?b=c HTTP/1.1~Host: b~",
        "GET http://b?c HTTP/1.1~Host: b|GET /?c HTTP/1.1~Host: b~",
        "GET http://b HTTP/1.0|GET / HTTP/1.1~Connection: close~Host: localhost~",
      },
      delimiter = '|')
  void saysAllInHttp11(String sent, String read) {
    assertThat(bytes(sent.replace("~", "\r\n") + "\r\n\r\n"))
        .isEqualTo(read.replace("~", "\r\n") + "\r\n");
  }

  @Test
  void knowsWhoWaitsToContinue() {
    assertThat(head(POST + "Expect: 100-continue\r\n\r\n").expectsContinue()).isTrue();
    assertThat(head("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").expectsContinue()).isFalse();
  }

  @Test
  void knowsHowLongTheBodyIs() {
    assertThat(head(POST + "\r\n").length()).isEqualTo(new Length.Bytes(0));
    assertThat(head(POST + "content-length:  1000 \r\n\r\n").length())
        .isEqualTo(new Length.Bytes(1_000));
    assertThat(head(POST + "Transfer-Encoding: Chunked\r\n\r\n").length())
        .isEqualTo(new Length.Chunked());
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "Content-Length: 1001|413",
        "Content-Length: 99999999999999999999|413",
        "Content-Length: -1|400",
        "Content-Length: 0x10|400",
        "Content-Length:|400",
        "Content-Length: 1, 1|400",
        "Content-Length: 1~Content-Length: 1|400",
        "Content-Length: 1~Transfer-Encoding: chunked|400",
        "Transfer-Encoding: gzip, chunked|501",
        "Transfer-Encoding: chunked~Transfer-Encoding: chunked|501",
        "Transfer-Encoding:|501",
        "Content-Encoding: gzip|415",
        "Content-Encoding: identity, br|415",
        "Content-Encoding: identity~Content-Encoding: gzip|415",
        "A b: c|400",
        "A : c|400",
        ": c|400",
        "A: b~ folded|400",
        "no colon|400",
        "Host: c|400",
      },
      delimiter = '|')
  void refusesWhatIsNoHeader(String headers, int status) {
    assertThat(refusal(POST + headers.replace("~", "\r\n") + "\r\n\r\n").answer().status())
        .isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"A: \u0001", "A: b\rc", "A: \u007fb", "A\u0000: b"})
  void refusesControlCharacters(String header) {
    assertThat(refusal(POST + header + "\r\n\r\n").answer().status()).isEqualTo(400);
  }

  @Test
  void refusesChunksInHttp10() {
    Refusal refusal = refusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
    assertThat(refusal.answer().status()).isEqualTo(400);
  }

  @Test
  void refusesAMethodInLowerCase() {
    Refusal refusal = refusal("post /webhooks/stripe HTTP/1.1\r\n");
    assertThat(refusal.answer().status()).isEqualTo(400);
    assertThat(new String(refusal.answer().json(), ISO_8859_1)).contains("POST, not post");
  }

  @Test
  void refusesWhatIsTooLong() {
    assertThat(refusal("GET /" + "a".repeat(HeadReader.LINE_BYTES_MAX)).answer().status())
        .isEqualTo(414);
    assertThat(refusal("GET /" + "a".repeat(5_000) + " HTTP/1.1\r\n\r\n").answer().status())
        .isEqualTo(414);
    String endless = POST + "A: b\r\n".repeat(4_000);
    assertThat(refusal(endless).answer().status()).isEqualTo(431);
    assertThat(refusal(POST + "A: " + "b".repeat(30_000)).answer().status()).isEqualTo(431);
  }

  @ParameterizedTest
  @CsvSource({
    "'GET / HTTP/1.1\n', LINE_FEEDS",
    "'GET / HTTP/1.1\r\nHost: b\n', LINE_FEEDS",
    "'\nGET', LINE_FEEDS",
    "'PROXY TCP4 203.0.113.9 10.0.0.1 1 2\r\n', PROXY_HEADER",
    "'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', HTTP_2",
    "'GET / HTTP/3.0\r\n', OTHER_VERSION",
    "'GET / HTTP/1.2\r\n', OTHER_VERSION",
    "'GET /health\r\n', NO_VERSION",
    "'SSH-2.0-OpenSSH_9.2\r\n', OTHER",
    "'EHLO there\r\n', OTHER",
    "'GET  / HTTP/1.1\r\n', OTHER",
    "'GET / HTTQ/1.1\r\n', OTHER",
    "' GET / HTTP/1.1\r\n', OTHER",
    "'GET /a\tb HTTP/1.1\r\n', OTHER",
    "'GET /\tHTTP/1.1\r\n', OTHER",
    "'GET / HTTP/1.1\t\r\n', OTHER",
    "'GET\t/ HTTP/1.1\r\n', OTHER",
    "'{\"id\":\"evt_1\"}', OTHER",
    "'\u0000', OTHER",
    "'GE\u00fc', OTHER",
  })
  void saysWhatIsNoHttp(String text, NotHttp seen) {
    assertThat(refusal(text).seen()).isEqualTo(seen);
  }

  @Test
  void knowsTlsAndProxyHeadersByTheirFirstBytes() {
    String hello = new String(HexFormat.of().parseHex("160301020001"), ISO_8859_1);
    assertThat(refusal(hello).seen()).isEqualTo(NotHttp.TLS);
    String second =
        new String(HexFormat.of().parseHex(ProxyHeaderTest.SIGNATURE + "21"), ISO_8859_1);
    assertThat(refusal(second).seen()).isEqualTo(NotHttp.PROXY_HEADER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"G", "GET", "GET /", "GET / HTTP/1.1", "PROX", "PRI * HT", "\r\n", "P"})
  void waitsForWhatMayBecomeARequest(String text) {
    assertThat(read(text)).isEqualTo(new Reading.More());
  }

  @Test
  void saysWhatEndedEarly() {
    byte[] bytes = "POST /webh".getBytes(ISO_8859_1);
    assertThat(HeadReader.endedEarly(bytes, 0, bytes.length).seen()).isEqualTo(NotHttp.ENDED_EARLY);
  }
}
