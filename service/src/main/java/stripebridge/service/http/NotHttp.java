package stripebridge.service.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;

/// What arrived where a request should begin, as far as its first bytes tell. The log then shows
/// which of two settings is wrong.
enum NotHttp {
  TLS("tls", "This port speaks plain HTTP, but the client sent TLS."),
  PLAIN("plain_http", "This port speaks HTTPS, but the client sent no TLS."),
  PROXY_HEADER(
      "proxy_header", "A PROXY header came, which this port does not expect: APP_PROXY_PROTOCOL."),
  HTTP_2("http_2", "HTTP/2 came, and this port speaks HTTP/1.1 and HTTP/1.0."),
  OTHER_VERSION("http_version", "This port speaks HTTP/1.1 and HTTP/1.0."),
  LINE_FEEDS("line_feeds", "A line ends with LF alone, and HTTP ends its lines with CR LF."),
  NO_VERSION("http_0_9", "The first line names no HTTP version."),
  ENDED_EARLY("ended_early", "The request ended before its headers did."),
  OTHER("unknown", "This is not HTTP.");

  private static final int TLS_HANDSHAKE = 0x16;
  private static final int TLS_MAJOR = 3;
  private static final byte[] PROXY_V1 = "PROXY ".getBytes(ISO_8859_1);
  private static final byte[] PROXY_V2 = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };
  private static final byte[] PREFACE = "PRI * HTTP/2".getBytes(ISO_8859_1);
  // Long enough for everything that its beginning identifies.
  private static final List<byte[]> BEGINNINGS = List.of(PROXY_V1, PREFACE, PROXY_V2);

  private final String text;
  private final String sentence;

  NotHttp(String text, String sentence) {
    this.text = text;
    this.sentence = sentence;
  }

  /// The code in the log.
  String text() {
    return text;
  }

  /// The sentence for a person.
  String sentence() {
    return sentence;
  }

  /// Whether these bytes begin TLS, as far as two bytes tell.
  static boolean isTls(byte[] bytes, int from, int to) {
    return to > from
        && bytes[from] == TLS_HANDSHAKE
        && (to - from == 1 || bytes[from + 1] == TLS_MAJOR);
  }

  /// Whether these bytes are, or may become, a PROXY header of version 1.
  static boolean beginsProxy1(byte[] bytes, int from, int to) {
    return begins(bytes, from, to, PROXY_V1);
  }

  /// The same for version 2.
  static boolean beginsProxy2(byte[] bytes, int from, int to) {
    return begins(bytes, from, to, PROXY_V2);
  }

  /// Whether more bytes could still match a known beginning.
  static boolean mayBeNamed(byte[] bytes, int from, int to) {
    return BEGINNINGS.stream()
        .anyMatch(all -> to - from < all.length && begins(bytes, from, to, all));
  }

  /// Classifies bytes that are not a request.
  static NotHttp of(byte[] bytes, int from, int to) {
    if (isTls(bytes, from, to)) {
      return TLS;
    }
    if (isWhole(bytes, from, to, PROXY_V1) || isWhole(bytes, from, to, PROXY_V2)) {
      return PROXY_HEADER;
    }
    return isWhole(bytes, from, to, PREFACE) ? HTTP_2 : OTHER;
  }

  private static boolean isWhole(byte[] bytes, int from, int to, byte[] all) {
    return to - from >= all.length && begins(bytes, from, to, all);
  }

  private static boolean begins(byte[] bytes, int from, int to, byte[] all) {
    int count = Math.min(to - from, all.length);
    for (int i = 0; i < count; i++) {
      if (bytes[from + i] != all[i]) {
        return false;
      }
    }
    return true;
  }
}
