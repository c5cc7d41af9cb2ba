package stripebridge.core.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One JSON value as its original bytes: numbers keep their digits, strings their escapes, objects
/// their order. Two values are equal when their bytes are equal.
///
/// Immutable as long as nobody writes to the document that contains it.
public final class JsonValue {
  /// The literal `null`.
  public static final JsonValue NULL = literal("null");

  private final byte[] document;
  private final int from;
  private final int to;

  private JsonValue(byte[] document, int from, int to) {
    this.document = document;
    this.from = from;
    this.to = to;
  }

  /// The current value of a parser over `document`; leaves the parser at the value's end.
  public static JsonValue at(JsonParser parser, byte[] document) throws IOException {
    int from = (int) parser.currentTokenLocation().getByteOffset();
    // A string is read lazily; its end is known only after `finishToken`.
    parser.finishToken();
    parser.skipChildren();
    return new JsonValue(document, from, (int) parser.currentLocation().getByteOffset());
  }

  /// The value at a range of bytes of a document.
  public static JsonValue between(byte[] document, int from, int to) {
    return new JsonValue(document, from, to);
  }

  /// Encodes our own text as a JSON string; null becomes the literal `null`. Not for a sender's
  /// text: it may hold lone surrogates, which UTF-8 cannot express.
  public static JsonValue ofText(@Nullable String text) {
    return text == null
        ? NULL
        : literal('"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"');
  }

  private static JsonValue literal(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new JsonValue(bytes, 0, bytes.length);
  }

  /// Whether this is the literal `null`.
  public boolean isNull() {
    return document[from] == 'n';
  }

  /// Whether this is an object.
  public boolean isObject() {
    return document[from] == '{';
  }

  /// Whether this is a string.
  public boolean isText() {
    return document[from] == '"';
  }

  /// Whether this is `true` or `false`.
  public boolean isBoolean() {
    return document[from] == 't' || document[from] == 'f';
  }

  /// Whether this is an integer by JSON Schema's rules, which include `1.00`. A number with an
  /// exponent is not: no reader could hold `1e999999999` as an integer.
  public boolean isInteger() {
    boolean fraction = false;
    for (int i = from; i < to; i++) {
      byte b = document[i];
      if (b == '.') {
        fraction = true;
      } else if (fraction ? b != '0' : (b < '0' || b > '9') && !(b == '-' && i == from)) {
        return false;
      }
    }
    return true;
  }

  /// The value at a path of member names and array indexes (`0`, `1`, …); empty when a step does
  /// not exist.
  public Optional<JsonValue> at(String... path) {
    JsonValue value = this;
    for (String step : path) {
      JsonValue next = value.child(step);
      if (next == null) {
        return Optional.empty();
      }
      value = next;
    }
    return Optional.of(value);
  }

  /// The characters of this string, escapes resolved; empty when this is not a string.
  public Optional<String> text() {
    if (!isText()) {
      return Optional.empty();
    }
    try (JsonParser parser = Json.lenientParser(document, from, to)) {
      parser.nextToken();
      return Optional.of(parser.getText());
    } catch (IOException e) {
      throw new UncheckedIOException("a value cut from well-formed JSON", e);
    }
  }

  private @Nullable JsonValue child(String step) {
    char first = (char) document[from];
    if (first != '{' && first != '[') {
      return null;
    }
    try (JsonParser parser = Json.lenientParser(document, from, to)) {
      parser.nextToken();
      return first == '{' ? member(parser, step) : element(parser, step);
    } catch (IOException e) {
      throw new UncheckedIOException("a value cut from well-formed JSON", e);
    }
  }

  private @Nullable JsonValue member(JsonParser parser, String wanted) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      if (name.equals(wanted)) {
        return cut(parser);
      }
      parser.skipChildren();
    }
    return null;
  }

  /// An array in place of an expected object simply has no such member.
  private @Nullable JsonValue element(JsonParser parser, String index) throws IOException {
    for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
      if (index.equals(Integer.toString(i))) {
        return cut(parser);
      }
      parser.skipChildren();
    }
    return null;
  }

  /// Corrects the offset: the parser counts bytes from the start of this value, not of the
  /// document.
  private JsonValue cut(JsonParser parser) throws IOException {
    JsonValue inside = at(parser, document);
    return new JsonValue(document, from + inside.from, from + inside.to);
  }

  /// Appends the bytes of this value.
  public void writeTo(ByteArrayOutputStream out) {
    out.write(document, from, to - from);
  }

  /// A copy of the bytes of this value.
  public byte[] bytes() {
    return Arrays.copyOfRange(document, from, to);
  }

  /// The number of bytes of this value.
  public int size() {
    return to - from;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JsonValue that
        && Arrays.equals(document, from, to, that.document, that.from, that.to);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + document[i];
    }
    return hash;
  }

  /// The JSON text.
  @Override
  public String toString() {
    return new String(document, from, to - from, StandardCharsets.UTF_8);
  }
}
