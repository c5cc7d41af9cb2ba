package stripebridge.stripe.event;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Sets one field of an event: `data.object.amount=4200`.
///
/// @param path names of members and indexes of array elements, as in `data.object.lines.data.0`
/// @param value the text as JSON, or as a string if it is not JSON
public record FieldChange(List<String> path, JsonElement value) {
  private static final Pattern INDEX = Pattern.compile("\\d{1,6}");

  public FieldChange {
    path = List.copyOf(path);
  }

  /// Reads `PATH=VALUE`. `lines[0]` is the same step as `lines.0`; a value in double quotes is
  /// always a string.
  ///
  /// @throws IllegalArgumentException when the text has another form
  public static FieldChange parse(String text) {
    int equals = text.indexOf('=');
    String path = equals < 0 ? "" : text.substring(0, equals).replaceAll("\\[(\\d+)]", ".$1");
    List<String> steps = List.of(path.split("\\.", -1));
    if (equals < 0 || steps.contains("")) {
      throw new IllegalArgumentException("it is not PATH=VALUE, as in data.object.amount=4200");
    }
    return new FieldChange(steps, value(text.substring(equals + 1)));
  }

  private static JsonElement value(String text) {
    try {
      JsonElement value = EventJson.value(text);
      return value == null ? new JsonPrimitive(text) : value;
    } catch (JsonParseException _) {
      return new JsonPrimitive(text);
    }
  }

  /// Changes an event. The last step may be a new member, or the index after the last element; all
  /// earlier steps must exist.
  void apply(JsonObject event) {
    JsonElement parent = event;
    for (int i = 0; i < path.size() - 1; i++) {
      JsonElement child = child(parent, path.get(i));
      if (child == null || child.isJsonNull()) {
        throw missing(i, "this event has no such field");
      }
      parent = child;
    }
    int last = path.size() - 1;
    switch (parent) {
      case JsonObject object -> object.add(path.get(last), value);
      case JsonArray array -> {
        int index = INDEX.matcher(path.get(last)).matches() ? Integer.parseInt(path.get(last)) : -1;
        if (index < 0 || index > array.size()) {
          throw missing(last, "it has " + array.size() + " elements, counted from 0");
        }
        if (index == array.size()) {
          array.add(value);
        } else {
          array.set(index, value);
        }
      }
      default -> throw missing(last - 1, "it is neither an object nor an array");
    }
  }

  private static @Nullable JsonElement child(JsonElement parent, String step) {
    return switch (parent) {
      case JsonObject object -> object.get(step);
      case JsonArray array
          when INDEX.matcher(step).matches() && Integer.parseInt(step) < array.size() ->
          array.get(Integer.parseInt(step));
      default -> null;
    };
  }

  private IllegalArgumentException missing(int step, String why) {
    return new IllegalArgumentException(
        "'" + String.join(".", path.subList(0, step + 1)) + "': " + why);
  }
}
