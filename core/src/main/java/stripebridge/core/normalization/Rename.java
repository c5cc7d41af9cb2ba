package stripebridge.core.normalization;

import java.util.List;

/// Renamed fields and values, among the fields that the envelope repeats.
///
/// @param objectName the value of `object` in objects of the family
/// @param field the field's name in the envelope
/// @param was the old name of the field, or of one of its values
/// @param is the new name of the value; empty when the field itself was renamed
record Rename(String objectName, String field, String was, String is) {
  static final List<Rename> ALL =
      List.of(
          // https://docs.stripe.com/changelog/2015-02-18
          field("customer", "default_source", "default_card"),
          value("charge", "status", "paid", "succeeded"),
          // https://docs.stripe.com/changelog/2019-02-11
          field("payment_intent", "payment_method", "source"),
          value("payment_intent", "status", "requires_source", "requires_payment_method"),
          value("payment_intent", "status", "requires_source_action", "requires_action"));

  private static Rename field(String objectName, String field, String was) {
    return new Rename(objectName, field, was, "");
  }

  private static Rename value(String objectName, String field, String was, String is) {
    return new Rename(objectName, field, was, is);
  }

  boolean isOfField() {
    return is.isEmpty();
  }
}
