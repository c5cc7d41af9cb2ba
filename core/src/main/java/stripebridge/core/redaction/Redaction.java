package stripebridge.core.redaction;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import stripebridge.core.json.Json;

/// Masks what an event says of people, and what gives access: names, addresses, bank details,
/// secrets, links. It holds for whatever it is written in: an event, its envelope, or any JSON.
///
/// A text is shown only when its field is known to be harmless and it looks like what that field
/// holds: ids, types, states, times. All other texts are masked, those of fields that Stripe adds
/// tomorrow included. A number is shown unless its field is known to be personal; whether something
/// is null, true or false is shown always. Below some fields, such as `shipping`, no text and no
/// number is shown, and below `metadata` no name either. What is masked keeps its name, so that it
/// can be seen that there was something. `docs/redaction.md` has the whole rule.
public final class Redaction {
  /// What stands for a value.
  public static final String MASK = "***";

  private Redaction() {}

  /// Copies a document, masked.
  ///
  /// @throws IOException when the document is no JSON; part of it may be copied then
  public static void copy(byte[] document, JsonGenerator to) throws IOException {
    try (JsonParser from = Json.lenientParser(Json.withoutByteOrderMark(document))) {
      new Copy(from, to).all();
    }
  }

  /// A text, or what stands for it.
  ///
  /// @param field the name that it goes by
  public static String text(String field, String text) {
    return ReadableFields.isReadable(ReadableFields.snakeCase(field), text) ? text : MASK;
  }

  /// Whether a number of that name is shown.
  public static boolean showsNumber(String field) {
    return !ReadableFields.isPersonal(ReadableFields.snakeCase(field));
  }

  /// The name of a field, or what stands for it where it does not look like one.
  public static String name(String field) {
    return ReadableFields.isFieldName(field) ? field : MASK;
  }

  /// An object or array that is open.
  private static final class Level {
    private final boolean isMasked;
    private final boolean hasOwnNames;

    /// The name that the next value goes by, in snake case. The values of an array go by the
    /// array's. Null where there is none.
    private @Nullable String current;

    private int namesMasked;

    Level(@Nullable String current, boolean isMasked, boolean hasOwnNames) {
      this.current = current;
      this.isMasked = isMasked;
      this.hasOwnNames = hasOwnNames;
    }

    Level below(boolean isArray) {
      return new Level(
          isArray ? current : null,
          isMasked || ReadableFields.isWhole(current),
          hasOwnNames || ReadableFields.hasOwnNames(current));
    }

    void enter(String name) {
      current = ReadableFields.snakeCase(name);
    }

    /// Two names of one object stay two.
    String shown(String name) {
      if (!hasOwnNames && ReadableFields.isFieldName(name)) {
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
      // That there is nothing is no secret, and neither is a switch.
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
