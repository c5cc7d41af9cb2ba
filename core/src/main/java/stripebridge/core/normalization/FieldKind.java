package stripebridge.core.normalization;

import stripebridge.core.json.JsonValue;

/// What a field of the envelope may be besides null. A value of another kind becomes null there, so
/// that consumers can rely on the schema; `raw` keeps it as it came.
enum FieldKind {
  TEXT,
  INTEGER,
  TRUTH,
  OBJECT;

  /// The value, or null when it is of another kind.
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
