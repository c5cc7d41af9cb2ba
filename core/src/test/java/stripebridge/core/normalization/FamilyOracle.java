package stripebridge.core.normalization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/// The expected `data` of an object, read from Jackson's tree. It restates the contract as
/// `field:kind`, and `field:kind@pointer` for a field that some API versions have elsewhere. Kinds
/// are text, integer, boolean, object and reference.
final class FamilyOracle {
  /// By the value of `object`, with the prefix of the family's event types.
  private static final Map<String, String[]> FAMILIES = new LinkedHashMap<>();

  static {
    family(
        "payment_intent",
        "payment_intent.",
        "id:t amount:i currency:t status:t customer:r payment_method:r metadata:o"
            + " last_payment_error:o");
    family(
        "subscription",
        "customer.subscription.",
        "id:t customer:r status:t"
            + " current_period_start:i@/items/data/0/current_period_start"
            + " current_period_end:i@/items/data/0/current_period_end"
            + " plan:o@/items/data/0/plan cancel_at_period_end:b trial_end:i items:o");
    family(
        "invoice",
        "invoice.",
        "id:t customer:r subscription:r@/parent/subscription_details/subscription amount_due:i"
            + " amount_paid:i status:t lines:o attempt_count:i next_payment_attempt:i");
    family(
        "charge",
        "charge.",
        "id:t amount:i currency:t status:t outcome:o risk_level:t@/outcome/risk_level"
            + " risk_score:i@/outcome/risk_score");
    family(
        "dispute",
        "charge.dispute.",
        "id:t charge:r amount:i reason:t status:t evidence_due_by:i@/evidence_details/due_by");
    family("customer", "customer.", "id:t email:t name:t metadata:o default_source:r");
    family(
        "checkout.session",
        "checkout.session.",
        "id:t customer:r mode:t payment_status:t amount_total:i metadata:o line_items:o");
    family(
        "payout", "payout.", "id:t amount:i currency:t status:t arrival_date:i failure_message:t");
  }

  private FamilyOracle() {}

  private static void family(String object, String typePrefix, String fields) {
    FAMILIES.put(object, new String[] {typePrefix, fields});
  }

  /// The expected `data` of a snapshot event.
  static ObjectNode data(String type, JsonNode object) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    JsonNode name = object.path("object");
    for (Map.Entry<String, String[]> family : FAMILIES.entrySet()) {
      String prefix = family.getValue()[0];
      boolean ofThisFamily =
          name.isTextual()
              ? name.textValue().equals(family.getKey())
              : type.startsWith(prefix) && !type.substring(prefix.length()).contains(".");
      if (ofThisFamily) {
        for (String field : family.getValue()[1].split(" ", -1)) {
          put(data, object, field);
        }
        rename(family.getKey(), data, object);
      }
    }
    return data;
  }

  private static void put(ObjectNode data, JsonNode object, String field) {
    String name = field.substring(0, field.indexOf(':'));
    char kind = field.charAt(field.indexOf(':') + 1);
    JsonNode here = known(object.path(name), kind);
    int pointer = field.indexOf('@');
    JsonNode there =
        pointer < 0
            ? object.path("no such field")
            : known(object.at(field.substring(pointer + 1)), kind);
    if (!here.isMissingNode() && (!here.isNull() || there.isMissingNode())) {
      data.set(name, here);
    } else if (!there.isMissingNode()) {
      data.set(name, there);
    }
  }

  /// Applies former names, by family and field: `customer.default_source` was `default_card`.
  private static void rename(String family, ObjectNode data, JsonNode object) {
    switch (family) {
      case "customer" -> formerly(data, "default_source", known(object.path("default_card"), 'r'));
      case "charge" -> now(data, "status", "paid", "succeeded");
      case "payment_intent" -> {
        formerly(data, "payment_method", known(object.path("source"), 'r'));
        now(data, "status", "requires_source", "requires_payment_method");
        now(data, "status", "requires_source_action", "requires_action");
      }
      case "invoice" -> {
        boolean isOld =
            object.path("paid").isBoolean()
                || object.path("closed").isBoolean()
                || object.path("forgiven").isBoolean();
        String open = object.path("closed").asBoolean(false) ? "void" : "open";
        String unpaid = object.path("forgiven").asBoolean(false) ? "uncollectible" : open;
        String status = object.path("paid").asBoolean(false) ? "paid" : unpaid;
        if (isOld) {
          formerly(data, "status", JsonNodeFactory.instance.textNode(status));
        }
      }
      default -> {}
    }
  }

  private static void formerly(ObjectNode data, String name, JsonNode value) {
    if (!data.has(name) && !value.isMissingNode()) {
      data.set(name, value);
    }
  }

  private static void now(ObjectNode data, String name, String was, String is) {
    if (was.equals(data.path(name).textValue())) {
      data.put(name, is);
    }
  }

  private static JsonNode known(JsonNode found, char kind) {
    if (found.isMissingNode()) {
      return found;
    }
    JsonNode value = kind == 'r' && found.isObject() ? found.path("id") : found;
    boolean ofKind =
        switch (kind) {
          case 't', 'r' -> value.isTextual();
          case 'i' -> value.isIntegralNumber() || isWhole(value);
          case 'b' -> value.isBoolean();
          default -> value.isObject();
        };
    return ofKind ? value : JsonNodeFactory.instance.nullNode();
  }

  /// Whether a number with a fraction is whole. A number with an exponent has a negative scale; the
  /// tests write no other kind.
  private static boolean isWhole(JsonNode value) {
    return value.isBigDecimal()
        && value.decimalValue().scale() > 0
        && value.decimalValue().stripTrailingZeros().scale() <= 0;
  }
}
