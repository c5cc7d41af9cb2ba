package stripebridge.core.testing;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An independent check of the bridge's parsers: a recursive-descent parser for RFC 8259, byte for
/// byte, with the offsets of every value. It refuses what must not be published: invalid UTF-8,
/// repeated names, and too much nesting.
public final class StrictJson {
  private final byte[] document;
  private final int nestingMax;
  private int at;

  private StrictJson(byte[] document, int nestingMax) {
    this.document = document;
    this.nestingMax = nestingMax;
  }

  /// One value and its place.
  ///
  /// @param text the characters of a string, else empty
  /// @param members the members of an object, else empty
  /// @param elements the elements of an array, else empty
  public record Node(
      char first, int from, int to, String text, Map<String, Node> members, List<Node> elements) {

    /// Whether it is an object.
    public boolean isObject() {
      return first == '{';
    }

    /// The member of that name, when this is an object that has one.
    public Optional<Node> member(String name) {
      return Optional.ofNullable(members.get(name));
    }

    /// The characters, when this is a string that has any.
    public Optional<String> someText() {
      return first == '"' && !text.isEmpty() ? Optional.of(text) : Optional.empty();
    }

    /// The bytes of this value.
    public byte[] slice(byte[] document) {
      return Arrays.copyOfRange(document, from, to);
    }
  }

  /// Thrown for a document that breaks a rule; never leaves this class.
  private static final class Refused extends RuntimeException {
    Refused(String what) {
      super(what, null, false, false);
    }
  }

  /// The document, or empty when it breaks a rule.
  ///
  /// @param nestingMax the deepest legal nesting of objects and arrays
  public static Optional<Node> parse(byte[] document, int nestingMax) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document));
      StrictJson parser = new StrictJson(document, nestingMax);
      parser.space();
      Node root = parser.value(0);
      parser.space();
      return parser.at == document.length ? Optional.of(root) : Optional.empty();
    } catch (CharacterCodingException | Refused e) {
      return Optional.empty();
    }
  }

  private Node value(int depth) {
    int from = at;
    return switch (peek()) {
      case '{' -> object(from, depth + 1);
      case '[' -> array(from, depth + 1);
      case '"' -> leaf(from, string());
      case 't' -> literal(from, "true");
      case 'f' -> literal(from, "false");
      case 'n' -> literal(from, "null");
      default -> number(from);
    };
  }

  private Node object(int from, int depth) {
    enter(depth);
    Map<String, Node> members = new LinkedHashMap<>();
    if (!closes('}')) {
      do {
        space();
        String name = string();
        space();
        expect(':');
        space();
        if (members.putIfAbsent(name, value(depth)) != null) {
          throw new Refused("repeated name");
        }
      } while (continues('}'));
    }
    return new Node('{', from, at, "", members, List.of());
  }

  private Node array(int from, int depth) {
    enter(depth);
    List<Node> elements = new ArrayList<>();
    if (!closes(']')) {
      do {
        space();
        elements.add(value(depth));
      } while (continues(']'));
    }
    return new Node('[', from, at, "", Map.of(), elements);
  }

  private void enter(int depth) {
    at++;
    if (depth > nestingMax) {
      throw new Refused("nesting");
    }
  }

  private boolean closes(char end) {
    space();
    if (peek() != end) {
      return false;
    }
    at++;
    return true;
  }

  private boolean continues(char end) {
    space();
    if (peek() == ',') {
      at++;
      return true;
    }
    expect(end);
    return false;
  }

  private String string() {
    expect('"');
    StringBuilder text = new StringBuilder();
    int plain = at;
    while (peek() != '"') {
      int c = peek();
      if (c < ' ') {
        throw new Refused("control character");
      }
      if (c == '\\') {
        text.append(utf8(plain, at));
        at++;
        text.append(escaped());
        plain = at;
      } else {
        at++;
      }
    }
    text.append(utf8(plain, at));
    at++;
    return text.toString();
  }

  private String utf8(int from, int to) {
    return new String(document, from, to - from, StandardCharsets.UTF_8);
  }

  private char escaped() {
    int c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> (char) c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit((char) peek(), 16);
          if (digit < 0) {
            throw new Refused("unicode escape");
          }
          code = code * 16 + digit;
          at++;
        }
        yield (char) code;
      }
      default -> throw new Refused("escape");
    };
  }

  private Node number(int from) {
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (peek() == '.') {
      at++;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
    return new Node('0', from, at, "", Map.of(), List.of());
  }

  private void digits() {
    int from = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (at == from) {
      throw new Refused("no digit");
    }
  }

  private Node literal(int from, String word) {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
    }
    return leaf(from, "");
  }

  private Node leaf(int from, String text) {
    return new Node((char) document[from], from, at, text, Map.of(), List.of());
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw new Refused("expected " + wanted);
    }
    at++;
  }

  /// The byte here, or -1 at the end.
  private int peek() {
    return at < document.length ? document[at] & 0xFF : -1;
  }

  private void space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
      at++;
    }
  }
}
