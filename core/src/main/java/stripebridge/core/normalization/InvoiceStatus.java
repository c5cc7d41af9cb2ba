package stripebridge.core.normalization;

import java.util.Map;
import java.util.Optional;
import stripebridge.core.json.JsonValue;

/// The status of an invoice that was made before invoices had one, on 2018-11-08: then three
/// members told it (https://docs.stripe.com/billing/migration/invoice-states).
final class InvoiceStatus {
  private InvoiceStatus() {}

  /// The status by its members.
  ///
  /// @return absent when the invoice has a status, null being one, or nothing that tells it
  static Optional<JsonValue> of(Map<String, JsonValue> invoice) {
    if (invoice.containsKey("status") || !is(invoice, "paid", "closed", "forgiven")) {
      return Optional.empty();
    }
    String status = "open";
    if (isTrue(invoice, "paid")) {
      status = "paid";
    } else if (isTrue(invoice, "forgiven")) {
      // A forgiven invoice was closed, too.
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
