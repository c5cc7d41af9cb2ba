package stripebridge.core.normalization;

import java.util.List;

/// What Stripe has renamed since in the fields that the envelope repeats: the one table of it.
///
/// @param objectName what `object` says in an object of the family
/// @param field the field's name in the envelope
/// @param was what the field, or one of its values, was called
/// @param is what the value is called since; empty when the field itself was renamed
/// @param version the API version that has renamed it
/// @param source where Stripe says so
record Rename(
    String objectName, String field, String was, String is, String version, String source) {
  private static final String CHANGELOG = "https://docs.stripe.com/changelog/";

  static final List<Rename> ALL =
      List.of(
          field("customer", "default_source", "default_card", "2015-02-18"),
          value("charge", "status", "paid", "succeeded", "2015-02-18"),
          field("payment_intent", "payment_method", "source", "2019-02-11"),
          value(
              "payment_intent",
              "status",
              "requires_source",
              "requires_payment_method",
              "2019-02-11"),
          value(
              "payment_intent",
              "status",
              "requires_source_action",
              "requires_action",
              "2019-02-11"));

  private static Rename field(String objectName, String field, String was, String version) {
    return new Rename(objectName, field, was, "", version, CHANGELOG + version);
  }

  private static Rename value(
      String objectName, String field, String was, String is, String version) {
    return new Rename(objectName, field, was, is, version, CHANGELOG + version);
  }

  boolean isOfField() {
    return is.isEmpty();
  }
}
