package stripebridge.core.normalization;

import java.util.Map;
import java.util.Optional;
import stripebridge.core.json.JsonValue;

/// The status of an invoice from before 2018-11-08, when invoices had three flags instead
/// (https://docs.stripe.com/billing/migration/invoice-states).
final class InvoiceStatus {
  private InvoiceStatus() {}

  /// Derives the status from the flags.
  ///
  /// @return empty when the invoice has a `status`, even a null one, or has none of the flags
  static Optional<JsonValue> of(Map<String, JsonValue> invoice) {
    if (invoice.containsKey("status") || !is(invoice, "paid", "closed", "forgiven")) {
      return Optional.empty();
    }
    String status = "open";
    if (isTrue(invoice, "paid")) {
      status = "paid";
    } else if (isTrue(invoice, "forgiven")) {
      // A forgiven invoice was also closed.
      status = "uncollectible";
    } else if (isTrue(invoice, "closed")) {
      status = "void";
    }
    return Optional.of(JsonValue.ofText(status));
  }

  private static boolean is(Map<String, JsonValue> invoice, String... members) {
    for (String member : members) {
      if (invoice.getOrDefault(member, JsonValue.NULL).isBoolean()) {
        return true;
      }
    }
    return false;
  }

  private static boolean isTrue(Map<String, JsonValue> invoice, String member) {
    JsonValue value = invoice.getOrDefault(member, JsonValue.NULL);
    return value.isBoolean() && value.toString().equals("true");
  }
}
