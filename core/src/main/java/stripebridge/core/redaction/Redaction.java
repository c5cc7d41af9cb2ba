package stripebridge.core.redaction;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import stripebridge.core.json.Json;

/// Masks personal data and anything that grants access: names, addresses, bank details, secrets,
/// links. It works on an event, its envelope, or any other JSON.
///
/// A text is shown only when its field is known to be harmless and it has the form of that field's
/// values: ids, types, states, times. All other texts are masked, including those of fields that
/// Stripe adds later. A number is shown unless its field is known to be personal; null, true and
/// false are always shown. Below some fields, such as `shipping`, no text or number is shown, and
/// below `metadata` no name either. A masked value keeps its field name, so that its presence stays
/// visible. `docs/redaction.md` has the complete rules.
public final class Redaction {
  /// The replacement for a masked value.
  public static final String MASK = "***";

  private Redaction() {}

  /// Copies a document with its values masked.
  ///
  /// @throws IOException when the document is not JSON; part of it may have been copied
  public static void copy(byte[] document, JsonGenerator to) throws IOException {
    try (JsonParser from = Json.lenientParser(Json.withoutByteOrderMark(document))) {
      new Copy(from, to).all();
    }
  }

  /// The text, or [#MASK].
  ///
  /// @param field the name of its field
  public static String text(String field, String text) {
    return ReadableFields.isReadable(ReadableFields.snakeCase(field), text) ? text : MASK;
  }

  /// Whether numbers of the field are shown.
  public static boolean showsNumber(String field) {
    return !ReadableFields.isPersonal(ReadableFields.snakeCase(field));
  }

  /// The name of a field, or [#MASK] when it does not look like one.
  public static String name(String field) {
    return ReadableFields.isFieldName(field) ? field : MASK;
  }

  /// An open object or array.
  private static final class Level {
    private final boolean isMasked;
    private final boolean hasCustomNames;

    /// The field of the next value, in snake case. The values of an array have the array's field.
    /// Null for none.
    private @Nullable String current;

    private int namesMasked;

    Level(@Nullable String current, boolean isMasked, boolean hasCustomNames) {
      this.current = current;
      this.isMasked = isMasked;
      this.hasCustomNames = hasCustomNames;
    }

    Level below(boolean isArray) {
      return new Level(
          isArray ? current : null,
          isMasked || ReadableFields.hidesContent(current),
          hasCustomNames || ReadableFields.hasCustomNames(current));
    }

    void enter(String name) {
      current = ReadableFields.snakeCase(name);
    }

    /// Numbers masked names, so that an object's names stay distinct.
    String shown(String name) {
      if (!hasCustomNames && ReadableFields.isFieldName(name)) {
        return name;
      }
      namesMasked++;
      return namesMasked == 1 ? MASK : MASK + namesMasked;
    }
  }

  private static final class Copy {
    private final JsonParser from;
    private final JsonGenerator to;
    private final Deque<Level> levels = new ArrayDeque<>();

    Copy(JsonParser from, JsonGenerator to) {
      this.from = from;
      this.to = to;
      levels.push(new Level(null, false, false));
    }

    void all() throws IOException {
      for (JsonToken token = from.nextToken(); token != null; token = from.nextToken()) {
        one(token, levels.element());
      }
    }

    private void one(JsonToken token, Level level) throws IOException {
      if (token == JsonToken.FIELD_NAME) {
        level.enter(from.currentName());
        to.writeFieldName(level.shown(from.currentName()));
      } else if (token.isScalarValue() && isMasked(token, level)) {
        to.writeString(MASK);
      } else {
        to.copyCurrentEventExact(from);
      }
      if (token.isStructStart()) {
        levels.push(level.below(token == JsonToken.START_ARRAY));
      } else if (token.isStructEnd()) {
        levels.pop();
      }
    }

    private boolean isMasked(JsonToken token, Level level) throws IOException {
      // Neither the absence of a value nor a boolean is a secret.
      if (token == JsonToken.VALUE_NULL || token.isBoolean()) {
        return false;
      }
      if (level.isMasked) {
        return true;
      }
      return token.isNumeric()
          ? ReadableFields.isPersonal(level.current)
          : !ReadableFields.isReadable(level.current, from.getText());
    }
  }
}
