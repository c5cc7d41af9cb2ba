package stripebridge.core.json;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Finds a few members of a large JSON document and skips the rest: of a skipped value it only
/// searches the end.
///
/// It checks no more than it needs, so it accepts everything that a parser would, and some text
/// that no parser would; [Json#strictParser] validates a document. In return it is several times
/// faster than a parser, which decodes every name. It runs before every webhook response.
///
/// Not thread-safe.
public final class JsonScanner {
  private static final byte[] KIND = kinds();
  private static final byte PLAIN = 0;
  private static final byte QUOTE = 1;
  private static final byte OPEN = 2;
  private static final byte CLOSE = 3;

  private final byte[] document;
  private int at;
  private int nameFrom;
  private int nameTo;

  /// The document is not well-formed JSON.
  public static final class MalformedException extends Exception {
    private MalformedException(int offset) {
      super("not well-formed JSON at byte " + offset, null, false, false);
    }
  }

  /// @param document JSON in UTF-8, without a byte order mark
  public JsonScanner(byte[] document) {
    this.document = document;
  }

  /// Enters the next value if it is an object.
  ///
  /// @return false, without moving, when the next value is not an object
  public boolean enterObject() {
    skipWhiteSpace();
    boolean object = at < document.length && document[at] == '{';
    if (object) {
      at++;
    }
    return object;
  }

  /// Whether the next value is a string.
  public boolean isText() {
    skipWhiteSpace();
    return at < document.length && document[at] == '"';
  }

  /// Moves to the next member of the object entered last. Its value must be read or skipped before
  /// the next call.
  ///
  /// @return false at the end of the object
  public boolean nextMember() throws MalformedException {
    byte next = peek();
    if (next == ',') {
      at++;
      next = peek();
    }
    if (next == '}') {
      at++;
      return false;
    }
    if (next != '"') {
      throw new MalformedException(at);
    }
    nameFrom = at + 1;
    skipString();
    nameTo = at - 1;
    if (peek() != ':') {
      throw new MalformedException(at);
    }
    at++;
    return true;
  }

  /// Whether the current member has this name, which must be plain ASCII.
  public boolean nameIs(String name) throws MalformedException {
    int length = nameTo - nameFrom;
    if (length == name.length()) {
      for (int i = 0; i < length; i++) {
        if (document[nameFrom + i] != name.charAt(i)) {
          return false;
        }
      }
      return true;
    }
    return length > name.length() && isEscaped(nameFrom, nameTo) && name().equals(name);
  }

  /// The name of the current member, escapes resolved.
  public String name() throws MalformedException {
    return text(nameFrom, nameTo);
  }

  /// Reads the next value if it is a string.
  ///
  /// @return null, without moving, when the next value is not a string
  public @Nullable String text() throws MalformedException {
    if (!isText()) {
      return null;
    }
    int from = at + 1;
    skipString();
    return text(from, at - 1);
  }

  /// Reads or skips the next value.
  ///
  /// @return a number or literal as it is written; an empty text for any other value
  public String bare() throws MalformedException {
    boolean bare = KIND[peek() & 0xFF] == PLAIN;
    int from = at;
    skipValue();
    return bare ? new String(document, from, at - from, StandardCharsets.ISO_8859_1) : "";
  }

  /// Skips the next value, however deep it is.
  public void skipValue() throws MalformedException {
    switch (KIND[peek() & 0xFF]) {
      case QUOTE -> skipString();
      case OPEN -> skipNested();
      case CLOSE -> throw new MalformedException(at);
      default -> skipBare();
    }
  }

  private void skipNested() throws MalformedException {
    byte[] bytes = document;
    int depth = 0;
    // Here and below, a local variable holds the position: these loops see nearly every byte.
    for (int i = at; i < bytes.length; i++) {
      switch (KIND[bytes[i] & 0xFF]) {
        case PLAIN -> {}
        case QUOTE -> i = endOfString(i);
        case OPEN -> depth++;
        default -> {
          if (--depth == 0) {
            at = i + 1;
            return;
          }
        }
      }
    }
    throw new MalformedException(bytes.length);
  }

  private void skipString() throws MalformedException {
    at = endOfString(at) + 1;
  }

  /// The index of the closing quote of the string that opens at `quote`.
  private int endOfString(int quote) throws MalformedException {
    byte[] bytes = document;
    for (int i = quote + 1; i < bytes.length; i++) {
      byte b = bytes[i];
      if (b == '"') {
        return i;
      }
      if (b == '\\') {
        i++;
      }
    }
    throw new MalformedException(bytes.length);
  }

  private void skipBare() throws MalformedException {
    int from = at;
    while (at < document.length && isBare(document[at])) {
      at++;
    }
    if (at == from) {
      throw new MalformedException(at);
    }
  }

  /// Skips white space and returns the next byte without consuming it.
  private byte peek() throws MalformedException {
    skipWhiteSpace();
    if (at == document.length) {
      throw new MalformedException(at);
    }
    return document[at];
  }

  private void skipWhiteSpace() {
    byte[] bytes = document;
    int i = at;
    while (i < bytes.length && isWhiteSpace(bytes[i])) {
      i++;
    }
    at = i;
  }

  private static boolean isWhiteSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private static boolean isBare(byte b) {
    return b == '-'
        || b == '+'
        || b == '.'
        || (b >= '0' && b <= '9')
        || (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z');
  }

  private boolean isEscaped(int from, int to) {
    for (int i = from; i < to; i++) {
      if (document[i] == '\\') {
        return true;
      }
    }
    return false;
  }

  private String text(int from, int to) throws MalformedException {
    if (!isEscaped(from, to)) {
      return new String(document, from, to - from, StandardCharsets.UTF_8);
    }
    try (JsonParser parser = Json.lenientParser(document, from - 1, to + 1)) {
      parser.nextToken();
      return parser.getText();
    } catch (IOException e) {
      throw new MalformedException(from - 1);
    }
  }

  private static byte[] kinds() {
    byte[] kinds = new byte[256];
    kinds['"'] = QUOTE;
    kinds['{'] = OPEN;
    kinds['['] = OPEN;
    kinds['}'] = CLOSE;
    kinds[']'] = CLOSE;
    return kinds;
  }
}
