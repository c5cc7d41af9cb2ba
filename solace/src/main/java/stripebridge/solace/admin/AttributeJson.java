package stripebridge.solace.admin;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import stripebridge.core.config.Secret;
import stripebridge.core.topology.model.Attribute;
import stripebridge.core.topology.model.AttributeTable;
import stripebridge.core.topology.model.AttributeType;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.AttributeValue.Threshold.Unit;

/// Converts attributes between SEMP's JSON and core's values.
final class AttributeJson {
  private AttributeJson() {}

  /// The attributes that a topology can set, of an object that the broker returned.
  static Map<String, AttributeValue> read(JsonObject object, AttributeTable table) {
    Map<String, AttributeValue> attributes = new LinkedHashMap<>();
    for (Attribute attribute : table.settable()) {
      JsonElement json = object.get(attribute.name());
      (attribute.type() instanceof AttributeType.Threshold ? threshold(json) : plain(json))
          .filter(_ -> !attribute.writeOnly())
          .ifPresent(value -> attributes.put(attribute.name(), value));
    }
    return attributes;
  }

  /// All attributes with plain values, of an object for which core has no table.
  static Map<String, AttributeValue> read(JsonObject object) {
    Map<String, AttributeValue> attributes = new LinkedHashMap<>();
    object
        .entrySet()
        .forEach(entry ->
            plain(entry.getValue()).ifPresent(value -> attributes.put(entry.getKey(), value)));
    return attributes;
  }

  private static Optional<AttributeValue> plain(JsonElement json) {
    if (!(json instanceof JsonPrimitive value)) {
      return Optional.empty();
    }
    if (value.isBoolean()) {
      return Optional.of(new AttributeValue.Flag(value.getAsBoolean()));
    }
    return Optional.of(
        value.isNumber()
            ? new AttributeValue.Whole(value.getAsLong())
            : new AttributeValue.Text(value.getAsString()));
  }

  /// Absolute numbers have no default: where they are present, somebody set them.
  private static Optional<AttributeValue> threshold(JsonElement json) {
    if (!(json instanceof JsonObject object)) {
      return Optional.empty();
    }
    return threshold(object, Unit.VALUE).or(() -> threshold(object, Unit.PERCENT));
  }

  private static Optional<AttributeValue> threshold(JsonObject object, Unit unit) {
    OptionalLong set = SempJson.number(object, unit.setField());
    OptionalLong clear = SempJson.number(object, unit.clearField());
    return set.isPresent() && clear.isPresent()
        ? Optional.of(new AttributeValue.Threshold(unit, set.getAsLong(), clear.getAsLong()))
        : Optional.empty();
  }

  /// The body that sets the attributes.
  ///
  /// @throws IllegalArgumentException when a secret is missing
  static JsonObject write(Map<String, AttributeValue> attributes, Map<String, Secret> secrets) {
    JsonObject object = new JsonObject();
    attributes.forEach((name, value) -> object.add(name, json(value, secrets)));
    return object;
  }

  private static JsonElement json(AttributeValue value, Map<String, Secret> secrets) {
    return switch (value) {
      case AttributeValue.Flag(boolean on) -> new JsonPrimitive(on);
      case AttributeValue.Whole(long number) -> new JsonPrimitive(number);
      case AttributeValue.Text(String text) -> new JsonPrimitive(text);
      case AttributeValue.Threshold(Unit unit, long set, long clear) -> {
        JsonObject object = new JsonObject();
        object.addProperty(unit.setField(), set);
        object.addProperty(unit.clearField(), clear);
        yield object;
      }
      case AttributeValue.SecretReference reference ->
          new JsonPrimitive(secret(reference, secrets).reveal());
    };
  }

  /// Resolves a reference to a secret.
  ///
  /// @throws IllegalArgumentException when the secret is missing
  static Secret secret(AttributeValue.SecretReference reference, Map<String, Secret> secrets) {
    Secret secret = secrets.get(reference.variable());
    if (secret == null) {
      throw new IllegalArgumentException("no secret was given for " + reference);
    }
    return secret;
  }
}
