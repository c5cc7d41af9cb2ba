package stripebridge.core.normalization;

import static stripebridge.core.normalization.Field.integer;
import static stripebridge.core.normalization.Field.object;
import static stripebridge.core.normalization.Field.reference;
import static stripebridge.core.normalization.Field.text;
import static stripebridge.core.normalization.Field.truth;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stripebridge.core.event.EventType;
import stripebridge.core.json.JsonValue;

/// A family of Stripe objects whose main fields the envelope repeats under `data`, with the places
/// of each field in old and new API versions.
///
/// @param objectName the value of `object` in objects of the family
/// @param typePrefix the beginning of the family's event types
/// @param renames of these fields
record Family(String objectName, String typePrefix, List<Field> fields, List<Rename> renames) {
  private static final List<Family> ALL =
      List.of(
          family(
              "payment_intent",
              "payment_intent.",
              text("id"),
              integer("amount"),
              text("currency"),
              text("status"),
              reference("customer"),
              reference("payment_method"),
              object("metadata"),
              object("last_payment_error")),
          family(
              "subscription",
              "customer.subscription.",
              text("id"),
              reference("customer"),
              text("status"),
              // Moved from the subscription to its items with 2025-03-31.basil.
              integer("current_period_start").orAt("items", "data", "0", "current_period_start"),
              integer("current_period_end").orAt("items", "data", "0", "current_period_end"),
              object("plan").orAt("items", "data", "0", "plan"),
              truth("cancel_at_period_end"),
              integer("trial_end"),
              object("items")),
          family(
              "invoice",
              "invoice.",
              text("id"),
              reference("customer"),
              // Moved below `parent` with 2025-03-31.basil.
              reference("subscription").orAt("parent", "subscription_details", "subscription"),
              integer("amount_due"),
              integer("amount_paid"),
              text("status"),
              object("lines"),
              integer("attempt_count"),
              integer("next_payment_attempt")),
          family(
              "charge",
              "charge.",
              text("id"),
              integer("amount"),
              text("currency"),
              text("status"),
              object("outcome"),
              text("risk_level").orAt("outcome", "risk_level"),
              integer("risk_score").orAt("outcome", "risk_score")),
          family(
              "dispute",
              "charge.dispute.",
              text("id"),
              reference("charge"),
              integer("amount"),
              text("reason"),
              text("status"),
              integer("evidence_due_by").orAt("evidence_details", "due_by")),
          family(
              "customer",
              "customer.",
              text("id"),
              text("email"),
              text("name"),
              object("metadata"),
              reference("default_source")),
          family(
              "checkout.session",
              "checkout.session.",
              text("id"),
              reference("customer"),
              text("mode"),
              text("payment_status"),
              integer("amount_total"),
              object("metadata"),
              object("line_items")),
          family(
              "payout",
              "payout.",
              text("id"),
              integer("amount"),
              text("currency"),
              text("status"),
              integer("arrival_date"),
              text("failure_message")));

  private static Family family(String objectName, String typePrefix, Field... fields) {
    return new Family(
        objectName,
        typePrefix,
        List.of(fields),
        Rename.ALL.stream().filter(rename -> rename.objectName().equals(objectName)).toList());
  }

  /// The family of an event's object. The object's own `object` decides, because
  /// `customer.source.created` carries a card and not a customer. The event type only decides when
  /// the object has no such field.
  static Optional<Family> of(EventType type, Map<String, JsonValue> object) {
    Optional<String> name = object.getOrDefault("object", JsonValue.NULL).text();
    return name.isPresent() ? ofObject(name.get()) : ofType(type);
  }

  private static Optional<Family> ofObject(String name) {
    for (Family family : ALL) {
      if (family.objectName.equals(name)) {
        return Optional.of(family);
      }
    }
    return Optional.empty();
  }

  private static Optional<Family> ofType(EventType type) {
    for (Family family : ALL) {
      if (type.text().startsWith(family.typePrefix)
          && type.text().indexOf('.', family.typePrefix.length()) < 0) {
        return Optional.of(family);
      }
    }
    return Optional.empty();
  }

  /// The normalized fields of an object. A field that the object lacks is left out. A field that is
  /// null or of the wrong kind in all its places becomes null.
  Map<String, JsonValue> normalize(Map<String, JsonValue> object) {
    Map<String, JsonValue> data = LinkedHashMap.newLinkedHashMap(fields.size());
    for (Field field : fields) {
      field
          .in(object)
          .or(() -> formerly(field, object))
          .ifPresent(found -> data.put(field.name(), now(field, found)));
    }
    return data;
  }

  /// The value under a field's former name, for objects without its present name.
  private Optional<JsonValue> formerly(Field field, Map<String, JsonValue> object) {
    if (objectName.equals("invoice") && field.name().equals("status")) {
      return InvoiceStatus.of(object);
    }
    for (Rename rename : renames) {
      if (rename.isOfField() && rename.field().equals(field.name())) {
        return field.in(rename.was(), object);
      }
    }
    return Optional.empty();
  }

  /// The present name of a value that Stripe has renamed.
  private JsonValue now(Field field, JsonValue value) {
    for (Rename rename : renames) {
      if (!rename.isOfField()
          && rename.field().equals(field.name())
          && value.text().equals(Optional.of(rename.was()))) {
        return JsonValue.ofText(rename.is());
      }
    }
    return value;
  }
}
