package stripebridge.core.json;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Finds a few members of a large JSON document without reading the rest of it: what is passed over
/// is only searched for its end.
///
/// It checks no more than it needs and so reads anything that a parser would, and some that none
/// would; [Json#strictParser] is for judging a document. That is what makes it several times faster
/// than a parser, which decodes every name, and this runs before every answer to a webhook.
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

  /// The document ended, or went on, where JSON does not.
  public static final class MalformedException extends Exception {
    private final int offset;

    private MalformedException(int offset) {
      super("not well-formed JSON at byte " + offset, null, false, false);
      this.offset = offset;
    }

    /// How many bytes from the start.
    public int offset() {
      return offset;
    }
  }

  /// @param document JSON in UTF-8, without a byte order mark
  public JsonScanner(byte[] document) {
    this.document = document;
  }

  /// Goes into the object that is next.
  ///
  /// @return false, and goes nowhere, when there is no value or one that is no object
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

  /// Goes to the next member of the object entered last. Its value must be gone through or passed
  /// over before the next call.
  ///
  /// @return false at the object's end
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

  /// Whether the member has this name; one of plain ASCII.
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

  /// The name of the member, escapes resolved.
  public String name() throws MalformedException {
    return text(nameFrom, nameTo);
  }

  /// The characters of the string that is next, and passes over it.
  ///
  /// @return null, and passes over nothing, when the next value is no string
  public @Nullable String text() throws MalformedException {
    if (!isText()) {
      return null;
    }
    int from = at + 1;
    skipString();
    return text(from, at - 1);
  }

  /// Passes over the value that is next.
  ///
  /// @return the number or literal as it is written; empty when it is something else
  public String bare() throws MalformedException {
    boolean bare = KIND[peek() & 0xFF] == PLAIN;
    int from = at;
    skipValue();
    return bare ? new String(document, from, at - from, StandardCharsets.ISO_8859_1) : "";
  }

  /// Passes over the value that is next, however deep it is.
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
    // The position is kept out of the field here and below: this loop sees nearly every byte.
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

  /// The closing quote of the string whose opening quote is given.
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

  /// The first byte after white space.
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
