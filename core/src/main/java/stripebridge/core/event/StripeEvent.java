package stripebridge.core.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The fields of an event that the bridge needs before it normalizes the event. The event itself
/// remains the received bytes.
///
/// @param id the event's id
/// @param type the event's type
/// @param account the account that the event names, see [AccountName]; null when it names none
/// @param apiVersion `api_version`; thin events have none
/// @param created when Stripe created the event; null when the field is missing or not a time
/// @param livemode `livemode`; null when missing
/// @param thin whether this is a v2 thin event (`object` is `v2.core.event`), which carries a
///   reference instead of its object
/// @param partitionKey keeps the messages of one customer in order: the object's customer, else its
///   id, else the related object's id, else the event id; at most 255 bytes of UTF-8
/// @param objectId the id of the event's object, or of a thin event's related object; empty unless
///   it is 1 to 255 visible ASCII characters
public record StripeEvent(
    EventId id,
    EventType type,
    @Nullable String account,
    @Nullable String apiVersion,
    @Nullable Instant created,
    @Nullable Boolean livemode,
    boolean thin,
    String partitionKey,
    String objectId) {

  /// The account that this event is about.
  ///
  /// @param fallback the account to use when the event names none: the label of its endpoint
  ///   secret, or `STRIPE_ACCOUNT_ID`
  public String accountOr(String fallback) {
    return account == null ? fallback : account;
  }
}
