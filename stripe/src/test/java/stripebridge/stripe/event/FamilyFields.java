package stripebridge.stripe.event;

import java.util.Map;
import java.util.Set;

/// The fields of an envelope's `data` for each `object`: the contract, repeated independently.
final class FamilyFields {
  private static final Map<String, Set<String>> FIELDS =
      Map.of(
          "payment_intent",
          words("id amount currency status customer payment_method metadata last_payment_error"),
          "subscription",
          words(
              "id customer status current_period_start current_period_end plan"
                  + " cancel_at_period_end trial_end items"),
          "invoice",
          words(
              "id customer subscription amount_due amount_paid status lines attempt_count"
                  + " next_payment_attempt"),
          "charge",
          words("id amount currency status outcome risk_level risk_score"),
          "dispute",
          words("id charge amount reason status evidence_due_by"),
          "customer",
          words("id email name metadata default_source"),
          "checkout.session",
          words("id customer mode payment_status amount_total metadata line_items"),
          "payout",
          words("id amount currency status arrival_date failure_message"));

  /// Fields that are null in some states of their object.
  static final Set<String> MAY_BE_NULL =
      words("payment_method last_payment_error trial_end next_payment_attempt default_source");

  private FamilyFields() {}

  static Set<String> of(String object) {
    return FIELDS.getOrDefault(object, Set.of());
  }

  private static Set<String> words(String text) {
    return Set.of(text.split(" ", -1));
  }
}
