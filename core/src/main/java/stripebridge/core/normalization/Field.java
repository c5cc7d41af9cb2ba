package stripebridge.core.normalization;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.json.JsonValue;

/// One normalized field and the places of an object where it may be.
///
/// @param name its name in the envelope and, in most API versions, in the object
/// @param reference whether it names another object, by id or expanded to the whole object
/// @param elsewhere where other API versions keep it; empty when nowhere else
record Field(String name, boolean reference, List<String> elsewhere) {

  /// A field that is taken as it is.
  static Field value(String name) {
    return new Field(name, false, List.of());
  }

  /// A field that names another object: when that object is expanded, its id is taken.
  static Field reference(String name) {
    return new Field(name, true, List.of());
  }

  /// The same field, also looked for below another member.
  Field orAt(String... path) {
    return new Field(name, reference, List.of(path));
  }

  /// The field of an object: the first value that is not null, else null, else absent.
  Optional<JsonValue> in(Map<String, JsonValue> object) {
    JsonValue here = object.get(name);
    if ((here == null || here.isNull()) && !elsewhere.isEmpty()) {
      JsonValue there = elsewhere(object);
      here = there == null ? here : there;
    }
    return Optional.ofNullable(here).map(this::id);
  }

  private @Nullable JsonValue elsewhere(Map<String, JsonValue> object) {
    JsonValue parent = object.get(elsewhere.getFirst());
    if (parent == null) {
      return null;
    }
    String[] path = elsewhere.subList(1, elsewhere.size()).toArray(String[]::new);
    return parent.at(path).orElse(null);
  }

  private JsonValue id(JsonValue found) {
    return reference && found.isObject() ? found.at("id").orElse(JsonValue.NULL) : found;
  }
}
