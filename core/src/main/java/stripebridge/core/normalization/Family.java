package stripebridge.core.normalization;

import static stripebridge.core.normalization.Field.reference;
import static stripebridge.core.normalization.Field.value;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stripebridge.core.event.EventType;
import stripebridge.core.json.JsonValue;

/// A family of Stripe objects whose main fields the envelope repeats under `data`, and where each
/// field is, in old API versions and new.
///
/// @param objectName what `object` says in an object of the family
/// @param typePrefix what the types of the family's events begin with
record Family(String objectName, String typePrefix, List<Field> fields) {
  private static final List<Family> ALL =
      List.of(
          family(
              "payment_intent",
              "payment_intent.",
              value("id"),
              value("amount"),
              value("currency"),
              value("status"),
              reference("customer"),
              reference("payment_method"),
              value("metadata"),
              value("last_payment_error")),
          family(
              "subscription",
              "customer.subscription.",
              value("id"),
              reference("customer"),
              value("status"),
              // Moved from the subscription to its items with 2025-03-31.basil.
              value("current_period_start").orAt("items", "data", "0", "current_period_start"),
              value("current_period_end").orAt("items", "data", "0", "current_period_end"),
              value("plan").orAt("items", "data", "0", "plan"),
              value("cancel_at_period_end"),
              value("trial_end"),
              value("items")),
          family(
              "invoice",
              "invoice.",
              value("id"),
              reference("customer"),
              // Moved below `parent` with 2025-03-31.basil.
              reference("subscription").orAt("parent", "subscription_details", "subscription"),
              value("amount_due"),
              value("amount_paid"),
              value("status"),
              value("lines"),
              value("attempt_count"),
              value("next_payment_attempt")),
          family(
              "charge",
              "charge.",
              value("id"),
              value("amount"),
              value("currency"),
              value("status"),
              value("outcome"),
              value("risk_level").orAt("outcome", "risk_level"),
              value("risk_score").orAt("outcome", "risk_score")),
          family(
              "dispute",
              "charge.dispute.",
              value("id"),
              reference("charge"),
              value("amount"),
              value("reason"),
              value("status"),
              value("evidence_due_by").orAt("evidence_details", "due_by")),
          family(
              "customer",
              "customer.",
              value("id"),
              value("email"),
              value("name"),
              value("metadata"),
              reference("default_source")),
          family(
              "checkout.session",
              "checkout.session.",
              value("id"),
              reference("customer"),
              value("mode"),
              value("payment_status"),
              value("amount_total"),
              value("metadata"),
              value("line_items")),
          family(
              "payout",
              "payout.",
              value("id"),
              value("amount"),
              value("currency"),
              value("status"),
              value("arrival_date"),
              value("failure_message")));

  private static Family family(String objectName, String typePrefix, Field... fields) {
    return new Family(objectName, typePrefix, List.of(fields));
  }

  /// The family of an event's object: what the object says it is, since `customer.source.created`
  /// carries a card and no customer. Only when it says nothing the event's type decides.
  static Optional<Family> of(EventType type, Map<String, JsonValue> object) {
    JsonValue name = object.get("object");
    if (name == null) {
      return ofType(type);
    }
    String text = name.text().orElse("");
    for (Family family : ALL) {
      if (family.objectName.equals(text)) {
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

  /// The normalized fields of an object. A field the object lacks is left out; one that is null
  /// wherever it can be is null.
  Map<String, JsonValue> normalize(Map<String, JsonValue> object) {
    Map<String, JsonValue> data = LinkedHashMap.newLinkedHashMap(fields.size());
    for (Field field : fields) {
      field.in(object).ifPresent(found -> data.put(field.name(), found));
    }
    return data;
  }
}
