package stripebridge.solace.admin;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.StreamSupport;

/// Reads fields of a response without trusting it: a field of another type counts as missing.
final class SempJson {
  private SempJson() {}

  static Optional<String> text(JsonObject object, String name) {
    return object.get(name) instanceof JsonPrimitive value && value.isString()
        ? Optional.of(value.getAsString())
        : Optional.empty();
  }

  static OptionalLong number(JsonObject object, String name) {
    return object.get(name) instanceof JsonPrimitive value && value.isNumber()
        ? OptionalLong.of(value.getAsLong())
        : OptionalLong.empty();
  }

  static boolean isTrue(JsonObject object, String name) {
    return object.get(name) instanceof JsonPrimitive value
        && value.isBoolean()
        && value.getAsBoolean();
  }

  /// The object of that name, or an empty one.
  static JsonObject object(JsonObject object, String name) {
    return object.get(name) instanceof JsonObject child ? child : new JsonObject();
  }

  /// The objects of an array, or none.
  static List<JsonObject> objects(JsonObject object, String name) {
    return object.get(name) instanceof JsonArray array
        ? StreamSupport.stream(array.spliterator(), false)
            .filter(JsonObject.class::isInstance)
            .map(JsonObject.class::cast)
            .toList()
        : List.of();
  }
}
