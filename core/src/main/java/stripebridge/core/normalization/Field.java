package stripebridge.core.normalization;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.json.JsonValue;

/// One normalized field and the places where an object may have it.
///
/// @param name its name in the envelope and, in most API versions, in the object
/// @param reference whether it refers to another object, by id or expanded
/// @param elsewhere the path in other API versions; empty for none
record Field(String name, Kind kind, boolean reference, List<String> elsewhere) {

  static Field text(String name) {
    return new Field(name, Kind.TEXT, false, List.of());
  }

  static Field integer(String name) {
    return new Field(name, Kind.INTEGER, false, List.of());
  }

  static Field truth(String name) {
    return new Field(name, Kind.TRUTH, false, List.of());
  }

  static Field object(String name) {
    return new Field(name, Kind.OBJECT, false, List.of());
  }

  /// A reference to another object. When that object is expanded, its id is the value.
  static Field reference(String name) {
    return new Field(name, Kind.TEXT, true, List.of());
  }

  /// The same field, with a second place to look for it.
  Field orAt(String... path) {
    return new Field(name, kind, reference, List.of(path));
  }

  /// Reads the field: the first value of its kind, else null if it exists, else empty.
  Optional<JsonValue> in(Map<String, JsonValue> object) {
    JsonValue here = known(object.get(name));
    if (here != null && !here.isNull()) {
      return Optional.of(here);
    }
    JsonValue there = elsewhere.isEmpty() ? null : known(elsewhere(object));
    return Optional.ofNullable(there == null ? here : there);
  }

  /// Reads the field under a former name.
  Optional<JsonValue> in(String formerName, Map<String, JsonValue> object) {
    return Optional.ofNullable(known(object.get(formerName)));
  }

  private @Nullable JsonValue elsewhere(Map<String, JsonValue> object) {
    JsonValue parent = object.get(elsewhere.getFirst());
    if (parent == null) {
      return null;
    }
    String[] path = elsewhere.subList(1, elsewhere.size()).toArray(String[]::new);
    return parent.at(path).orElse(null);
  }

  private @Nullable JsonValue known(@Nullable JsonValue found) {
    if (found == null) {
      return null;
    }
    boolean expanded = reference && found.isObject();
    return kind.orNull(expanded ? found.at("id").orElse(JsonValue.NULL) : found);
  }

  /// The type of a field in the envelope, besides null. A value of another type becomes null, so
  /// that consumers can rely on the schema; `raw` keeps the original.
  enum Kind {
    TEXT,
    INTEGER,
    TRUTH,
    OBJECT;

    /// The value, or the literal `null` when it is of another kind.
    JsonValue orNull(JsonValue value) {
      boolean ofThisKind =
          switch (this) {
            case TEXT -> value.isText();
            case INTEGER -> value.isInteger();
            case TRUTH -> value.isBoolean();
            case OBJECT -> value.isObject();
          };
      return ofThisKind ? value : JsonValue.NULL;
    }
  }
}
