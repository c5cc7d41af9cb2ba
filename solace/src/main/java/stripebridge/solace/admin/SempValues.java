package stripebridge.solace.admin;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import stripebridge.core.config.Secret;
import stripebridge.core.topology.Attribute;
import stripebridge.core.topology.AttributeTable;
import stripebridge.core.topology.AttributeValue;
import stripebridge.core.topology.AttributeValue.Threshold.Unit;
import stripebridge.semp.JSON;

/// Attributes as core has them and as the generated models do.
final class SempValues {
  private static final Gson GSON = JSON.getGson();

  private SempValues() {}

  /// A model with these attributes.
  ///
  /// @throws IllegalStateException when our OpenAPI document lacks one of them: it would be lost
  static <T> T model(Class<T> type, Map<String, Object> attributes) {
    JsonObject json = new JsonObject();
    attributes.forEach((name, value) -> json.add(name, GSON.toJsonTree(value)));
    T model = GSON.fromJson(json, type);
    JsonObject kept = json(model);
    if (!kept.keySet().containsAll(json.keySet())) {
      throw new IllegalStateException(
          type.getSimpleName() + " keeps only " + kept.keySet() + " of " + json.keySet());
    }
    return model;
  }

  /// What SEMP takes for the values.
  static Map<String, Object> sent(
      Map<String, AttributeValue> attributes, Map<String, Secret> secrets) {
    Map<String, Object> sent = new LinkedHashMap<>();
    attributes.forEach((name, value) -> sent.put(name, sent(value, secrets)));
    return sent;
  }

  private static Object sent(AttributeValue value, Map<String, Secret> secrets) {
    return switch (value) {
      case AttributeValue.Flag(boolean flag) -> flag;
      case AttributeValue.Whole(long number) -> number;
      case AttributeValue.Text(String text) -> text;
      case AttributeValue.Threshold(Unit unit, long set, long clear) ->
          Map.of(unit.setField(), set, unit.clearField(), clear);
      case AttributeValue.SecretReference(String variable) -> {
        Secret secret = secrets.get(variable);
        if (secret == null) {
          throw new IllegalArgumentException("no secret was given for " + variable);
        }
        yield secret.reveal();
      }
    };
  }

  static JsonObject json(Object model) {
    return GSON.toJsonTree(model).getAsJsonObject();
  }

  /// The settable attributes of an object that was read.
  static Map<String, AttributeValue> attributes(AttributeTable table, JsonObject json) {
    Map<String, AttributeValue> values = new LinkedHashMap<>();
    for (Attribute attribute : table.settable()) {
      JsonElement value = json.get(attribute.name());
      if (value != null) {
        value(value).ifPresent(known -> values.put(attribute.name(), known));
      }
    }
    return values;
  }

  /// Any value; absent for what core has no value for.
  static Optional<AttributeValue> value(JsonElement value) {
    if (value instanceof JsonPrimitive primitive) {
      return Optional.of(
          primitive.isBoolean()
              ? new AttributeValue.Flag(primitive.getAsBoolean())
              : primitive.isNumber()
                  ? new AttributeValue.Whole(primitive.getAsLong())
                  : new AttributeValue.Text(primitive.getAsString()));
    }
    return value instanceof JsonObject object ? threshold(object) : Optional.empty();
  }

  private static Optional<AttributeValue> threshold(JsonObject object) {
    for (Unit unit : Unit.values()) {
      JsonElement set = object.get(unit.setField());
      JsonElement clear = object.get(unit.clearField());
      if (set != null && clear != null) {
        return Optional.of(new AttributeValue.Threshold(unit, set.getAsLong(), clear.getAsLong()));
      }
    }
    return Optional.empty();
  }

  static String text(JsonObject json, String name) {
    JsonElement value = json.get(name);
    return value == null || value.isJsonNull() ? "" : value.getAsString();
  }

  static long number(JsonObject json, String name) {
    JsonElement value = json.get(name);
    return value == null || value.isJsonNull() ? 0 : value.getAsLong();
  }

  static boolean flag(JsonObject json, String name) {
    JsonElement value = json.get(name);
    return value != null && !value.isJsonNull() && value.getAsBoolean();
  }
}
