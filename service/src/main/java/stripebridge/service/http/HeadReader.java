package stripebridge.service.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import stripebridge.core.capture.RefusedWebhook;
import stripebridge.service.http.RequestHead.Length;
import stripebridge.service.http.RequestHead.Refusal;

/// Reads one request head strictly (RFC 9112) and says what arrived when it is not one. HTTP/1.0
/// and headers that Helidon does not know are rewritten as an HTTP/1.1 client would send them.
///
/// No I/O. One instance reads one head on one thread.
final class HeadReader {
  /// The first line. Longer than any URL of ours.
  static final int LINE_BYTES_MAX = 4 << 10;

  /// All headers together.
  static final int HEADERS_BYTES_MAX = 16 << 10;

  /// The whole head, with line ends that a client may send first.
  static final int BYTES_MAX = LINE_BYTES_MAX + HEADERS_BYTES_MAX + 16;

  private static final int EMPTY_LINES_BYTES_MAX = 8;
  private static final int LENGTH_DIGITS_MAX = 18;
  private static final Pattern ABSOLUTE = Pattern.compile("(?i:https?)://[^/?#]+(.*)");
  private static final String TOKEN = "!#$%&'*+-.^_`|~";

  private final long bodyBytesMax;

  // How far line ends were searched, and where the current line begins; both relative to the first
  // byte.
  private int scanned;
  private int lineStart;
  private int firstLineStart;
  private @Nullable FirstLine firstLine;
  private final List<Field> fields = new ArrayList<>();

  HeadReader(long bodyBytesMax) {
    this.bodyBytesMax = bodyBytesMax;
  }

  /// The result so far.
  sealed interface Reading {
    /// More bytes are needed.
    record More() implements Reading {}

    /// The head is complete.
    ///
    /// @param next where the body begins
    record Whole(RequestHead head, int next) implements Reading {}

    /// The head is refused.
    record Refused(Refusal refusal) implements Reading {}
  }

  /// @param target without scheme and host
  /// @param isAbsolute whether it came with scheme and host
  private record FirstLine(String method, String target, boolean isAbsolute, boolean isOld) {}

  /// @param name in lower case
  private record Field(String name, String value, String line) {}

  private static final class RefusedException extends Exception {
    private final transient Refusal refusal;

    RefusedException(Refusal refusal) {
      super(refusal.code(), null, false, false);
      this.refusal = refusal;
    }
  }

  private static RefusedException badRequest(String sentence) {
    return new RefusedException(Refusal.badRequest(sentence));
  }

  private static RefusedException notHttp(NotHttp seen) {
    return new RefusedException(Refusal.notHttp(seen));
  }

  /// Continues. The bytes from `from` on are the same as before, plus new ones.
  Reading read(byte[] bytes, int from, int to) {
    try {
      for (int i = from + scanned; i < to; i++) {
        if (bytes[i] == '\n' && endsLine(bytes, from, i)) {
          return new Reading.Whole(head(bytes, from, i + 1), i + 1);
        }
      }
      scanned = to - from;
      checkUnended(bytes, from, to);
      return new Reading.More();
    } catch (RefusedException e) {
      return new Reading.Refused(e.refusal);
    }
  }

  /// What a refused head says.
  ///
  /// @param path without a query
  record Seen(String method, String path, List<RefusedWebhook.Header> headers) {}

  /// What was read so far of a head that is refused.
  Optional<Seen> seen() {
    FirstLine first = firstLine;
    if (first == null) {
      return Optional.empty();
    }
    List<RefusedWebhook.Header> headers =
        fields.stream()
            .map(field -> new RefusedWebhook.Header(field.name(), field.value()))
            .toList();
    return Optional.of(new Seen(first.method(), first.target().split("\\?", 2)[0], headers));
  }

  /// The refusal for a client that sends nothing more.
  static Refusal endedEarly(byte[] bytes, int from, int to) {
    NotHttp seen = NotHttp.of(bytes, from, to);
    return Refusal.notHttp(seen == NotHttp.OTHER ? NotHttp.ENDED_EARLY : seen);
  }

  /// Whether the head ends with this line.
  private boolean endsLine(byte[] bytes, int from, int lf) throws RefusedException {
    int start = from + lineStart;
    lineStart = lf + 1 - from;
    if (firstLine == null && NotHttp.mayBeNamed(bytes, from, lf + 1)) {
      return false; // The first bytes of PROXY are line ends.
    }
    if (firstLine == null && NotHttp.of(bytes, from, lf + 1) != NotHttp.OTHER) {
      throw notHttp(NotHttp.of(bytes, from, lf + 1));
    }
    boolean hasCr = lf > start && bytes[lf - 1] == '\r';
    String line = new String(bytes, start, lf - start - (hasCr ? 1 : 0), ISO_8859_1);
    if (firstLine == null && !line.isEmpty()) {
      FirstLine read = firstLine(line);
      if (!hasCr) {
        throw notHttp(NotHttp.LINE_FEEDS);
      }
      firstLine = read;
      firstLineStart = start - from;
      return false;
    }
    if (!hasCr) {
      throw notHttp(NotHttp.LINE_FEEDS);
    }
    if (firstLine == null) {
      if (lineStart > EMPTY_LINES_BYTES_MAX) {
        throw notHttp(NotHttp.OTHER);
      }
      return false;
    }
    if (!line.isEmpty()) {
      fields.add(field(line));
    }
    return line.isEmpty();
  }

  private void checkUnended(byte[] bytes, int from, int to) throws RefusedException {
    int start = from + lineStart;
    if (firstLine != null) {
      if (to - from > HEADERS_BYTES_MAX + LINE_BYTES_MAX) {
        throw new RefusedException(
            Refusal.of(431, "headers_too_large", "The headers exceed 16 KiB."));
      }
      return;
    }
    if (NotHttp.mayBeNamed(bytes, from, to)) {
      return;
    }
    if (NotHttp.of(bytes, from, to) != NotHttp.OTHER) {
      throw notHttp(NotHttp.of(bytes, from, to));
    }
    // Check as much as possible before the line ends: a client of another protocol may wait for an
    // answer first.
    boolean isMethodOver = false;
    for (int i = start; i < to; i++) {
      boolean isLast = i == to - 1;
      if (bytes[i] == ' ' && i > start) {
        isMethodOver = true;
      } else if (bytes[i] == '\r' && isLast) {
        return;
      } else if (isMethodOver ? isControl(bytes[i]) || bytes[i] == '\t' : !isToken(bytes[i])) {
        throw notHttp(NotHttp.OTHER);
      }
    }
    if (to - start > LINE_BYTES_MAX) {
      throw isMethodOver
          ? new RefusedException(Refusal.of(414, "uri_too_long", "The target exceeds 4 KiB."))
          : notHttp(NotHttp.OTHER);
    }
  }

  private static FirstLine firstLine(String line) throws RefusedException {
    String[] parts = line.split(" ", -1);
    if (parts[0].isEmpty() || !isToken(parts[0]) || hasControl(line) || line.indexOf('\t') >= 0) {
      throw notHttp(NotHttp.OTHER);
    }
    if (line.length() > LINE_BYTES_MAX) {
      throw new RefusedException(Refusal.of(414, "uri_too_long", "The target exceeds 4 KiB."));
    }
    if (parts.length == 2 && parts[1].startsWith("/")) {
      throw notHttp(NotHttp.NO_VERSION);
    }
    if (parts.length != 3 || parts[1].isEmpty()) {
      throw notHttp(NotHttp.OTHER);
    }
    boolean isOld = parts[2].equals("HTTP/1.0");
    if (!isOld && !parts[2].equals("HTTP/1.1")) {
      throw notHttp(parts[2].startsWith("HTTP/") ? NotHttp.OTHER_VERSION : NotHttp.OTHER);
    }
    if (!parts[0].equals(parts[0].toUpperCase(Locale.ROOT))) {
      throw badRequest("Methods are upper case: POST, not post.");
    }
    String target = path(parts[1]);
    return new FirstLine(parts[0], target, !target.equals(parts[1]), isOld);
  }

  /// A client sends scheme and host to a proxy; the meaning is the same (RFC 9112, 3.2.2).
  private static String path(String target) throws RefusedException {
    if (target.startsWith("/") || target.equals("*")) {
      return target;
    }
    Matcher absolute = ABSOLUTE.matcher(target);
    if (!absolute.matches()) {
      throw badRequest("The target is not a path.");
    }
    String rest = absolute.replaceFirst("$1");
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  private static Field field(String line) throws RefusedException {
    int colon = line.indexOf(':');
    // A line that begins with a space would continue the one before. HTTP dropped that ten years
    // ago.
    if (colon <= 0 || !isToken(line.substring(0, colon))) {
      throw badRequest("A header has no legal name.");
    }
    if (hasControl(line)) {
      throw badRequest("A header has control characters.");
    }
    String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
    return new Field(name, line.substring(colon + 1).strip(), line);
  }

  private RequestHead head(byte[] bytes, int from, int to) throws RefusedException {
    FirstLine first = firstLine;
    if (first == null) {
      throw new IllegalStateException("a head has a first line");
    }
    if (values("host").size() > 1) {
      throw badRequest("There is more than one Host header.");
    }
    Length length = length(first.isOld());
    if (length instanceof Length.Bytes(long count) && count > bodyBytesMax) {
      throw new RefusedException(refusalOfTooLarge());
    }
    if (values("content-encoding").stream().anyMatch(HeadReader::isEncoding)) {
      throw new RefusedException(
          Refusal.of(
              415,
              "body_encoded",
              "The body has a Content-Encoding; send it as it was signed, without one."));
    }
    boolean expectsContinue =
        !first.isOld()
            && values("expect").stream().anyMatch(value -> value.equalsIgnoreCase("100-continue"));
    boolean isAsIs =
        !first.isOld()
            && !first.isAbsolute()
            && values("expect").isEmpty()
            && values("content-encoding").isEmpty();
    return new RequestHead(
        first.method(),
        length,
        expectsContinue,
        isAsIs ? Arrays.copyOfRange(bytes, from + firstLineStart, to) : rewritten(first));
  }

  static Refusal refusalOfTooLarge() {
    return new Refusal(WebhookHandler.TOO_LARGE, "body_too_large", null);
  }

  private Length length(boolean isOld) throws RefusedException {
    List<String> codings = values("transfer-encoding");
    List<String> lengths = values("content-length");
    if (!codings.isEmpty()) {
      if (!lengths.isEmpty()) {
        throw badRequest("The request has both Transfer-Encoding and Content-Length.");
      }
      // A relay that sends this may not know how long the body is (RFC 9112, 6.1).
      if (isOld) {
        throw badRequest("HTTP/1.0 has no Transfer-Encoding.");
      }
      if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
        throw new RefusedException(
            Refusal.of(501, "transfer_encoding", "The only Transfer-Encoding is chunked."));
      }
      return new Length.Chunked();
    }
    if (lengths.isEmpty()) {
      return new Length.Bytes(0);
    }
    String digits = lengths.getFirst();
    boolean isNumber =
        !digits.isEmpty() && digits.chars().allMatch(digit -> digit >= '0' && digit <= '9');
    if (lengths.size() > 1 || !isNumber) {
      throw badRequest("Content-Length is not a single number.");
    }
    if (digits.length() > LENGTH_DIGITS_MAX) {
      throw new RefusedException(refusalOfTooLarge());
    }
    return new Length.Bytes(Long.parseLong(digits));
  }

  private List<String> values(String name) {
    List<String> values = new ArrayList<>();
    for (Field field : fields) {
      if (field.name().equals(name)) {
        values.add(field.value());
      }
    }
    return values;
  }

  private static boolean isEncoding(String value) {
    for (String coding : value.split(",", -1)) {
      if (!coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
        return true;
      }
    }
    return false;
  }

  private byte[] rewritten(FirstLine first) {
    ByteArrayOutputStream head = new ByteArrayOutputStream(1 << 10);
    write(head, first.method() + " " + first.target() + " HTTP/1.1");
    boolean hasHost = false;
    for (Field field : fields) {
      boolean isLeftOut =
          switch (field.name()) {
            // Handled above.
            case "expect", "content-encoding" -> true;
            case "connection", "keep-alive", "upgrade" -> first.isOld();
            case "host" -> first.isOld() && field.value().isEmpty();
            default -> false;
          };
      hasHost |= field.name().equals("host") && !isLeftOut;
      if (!isLeftOut) {
        write(head, field.line());
      }
    }
    if (first.isOld()) {
      write(head, "Connection: close");
      if (!hasHost) {
        write(head, "Host: localhost");
      }
    }
    write(head, "");
    return head.toByteArray();
  }

  private static void write(ByteArrayOutputStream head, String line) {
    head.writeBytes(line.getBytes(ISO_8859_1));
    head.write('\r');
    head.write('\n');
  }

  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isToken(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /// Whether a byte may be part of a header name.
  static boolean isToken(int one) {
    return (one >= 'a' && one <= 'z')
        || (one >= 'A' && one <= 'Z')
        || (one >= '0' && one <= '9')
        || (one > ' ' && TOKEN.indexOf(one) >= 0);
  }

  private static boolean hasControl(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /// A byte above 0x7f is legal in a header value; as a Java byte it is negative, so it is not a
  /// control character.
  private static boolean isControl(int one) {
    return (one >= 0 && one < ' ' && one != '\t') || one == 0x7f;
  }
}
