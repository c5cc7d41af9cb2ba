package stripebridge.stripe.event;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The objects of events, with placeholders for the values of a [Story].
///
/// Objects of routed types are complete, each in a file in `objects/`; the others have only their
/// main fields, in `objects.json`. `changes.json` has for each type the differences of its object,
/// and its previous attributes. Thread-safe.
final class Templates {
  private static final Set<String> WHOLE =
      Set.of(
          "charge",
          "checkout.session",
          "customer",
          "dispute",
          "invoice",
          "payment_intent",
          "payout",
          "subscription");

  private static final Map<String, JsonObject> OBJECTS = new ConcurrentHashMap<>();
  private static final Map<String, JsonObject> BY_TYPE = new ConcurrentHashMap<>();

  /// Loaded with the first event, not when only the types are read.
  private static final class Tables {
    static final JsonObject OBJECTS = EventJson.read(Resources.text("objects.json"));
    static final JsonObject CHANGES = EventJson.read(Resources.text("changes.json"));
  }

  private Templates() {}

  /// The object of an event of the type. All callers get the same one, and none changes it.
  static JsonObject object(String type) {
    return BY_TYPE.computeIfAbsent(type, Templates::made);
  }

  private static JsonObject made(String type) {
    JsonObject object = of(EventTypes.object(type).orElseThrow()).deepCopy();
    JsonObject changes = changes(type);
    JsonObject different = changes.getAsJsonObject("object");
    if (different != null) {
      merge(object, different);
    } else if (isPlainUpdate(type)) {
      object.getAsJsonObject("metadata").addProperty("reviewed", "yes");
    }
    JsonArray without = changes.getAsJsonArray("without");
    if (without != null) {
      without.forEach(name -> object.remove(name.getAsString()));
    }
    return object;
  }

  /// The `data.previous_attributes` of an event of the type; null when it has none.
  static @Nullable JsonObject previousAttributes(String type) {
    if (isPlainUpdate(type)) {
      JsonObject metadata = new JsonObject();
      metadata.add("reviewed", null);
      JsonObject previous = new JsonObject();
      previous.add("metadata", metadata);
      return previous;
    }
    return changes(type).getAsJsonObject("previous_attributes");
  }

  private static JsonObject changes(String type) {
    JsonObject changes = Tables.CHANGES.getAsJsonObject(type);
    return changes == null ? new JsonObject() : changes;
  }

  /// An update without an entry in the tables: its only change is in the object's metadata.
  private static boolean isPlainUpdate(String type) {
    return type.endsWith(".updated") && !Tables.CHANGES.has(type);
  }

  private static JsonObject of(String object) {
    return OBJECTS.computeIfAbsent(
        object,
        name ->
            WHOLE.contains(name)
                ? EventJson.read(Resources.text("objects/" + name + ".json"))
                : Tables.OBJECTS.getAsJsonObject(name));
  }

  /// Merges objects and replaces everything else, also by null.
  private static void merge(JsonObject into, JsonObject different) {
    for (Map.Entry<String, JsonElement> member : different.entrySet()) {
      JsonElement here = into.get(member.getKey());
      if (here instanceof JsonObject inner && member.getValue() instanceof JsonObject changed) {
        merge(inner, changed);
      } else {
        into.add(member.getKey(), member.getValue().deepCopy());
      }
    }
  }
}
