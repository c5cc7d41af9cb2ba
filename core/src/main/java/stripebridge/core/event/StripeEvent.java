package stripebridge.core.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the bridge needs to know of one event before it is normalized. The event itself stays the
/// bytes it came as.
///
/// @param id the event's id
/// @param type the event's type
/// @param account the account that the event names, see [AccountName]; absent when it names none
/// @param context `context` of a v2 thin event or of an organization's event: the path to the
///   account that it is about
/// @param apiVersion `api_version`; thin events have none
/// @param created when Stripe made the event; absent when the field is missing or no time
/// @param livemode `livemode`; absent when missing
/// @param thin whether this is a v2 thin event (`object` is `v2.core.event`), which carries a
///   reference to its object in place of the object
/// @param partitionKey what keeps the messages of one customer in order: the object's customer,
///   else its id, else the related object's, else the event id; at most 255 bytes of UTF-8
/// @param objectId the id of what the event is about: of its object, or of a thin event's related
///   object; empty when there is none of 1 to 255 visible ASCII characters
public record StripeEvent(
    EventId id,
    EventType type,
    @Nullable String account,
    @Nullable String context,
    @Nullable String apiVersion,
    @Nullable Instant created,
    @Nullable Boolean livemode,
    boolean thin,
    String partitionKey,
    String objectId) {

  /// The account this event is about.
  ///
  /// @param fallback the account of an event that names none: the one its endpoint secret is
  ///   labelled with, or `STRIPE_ACCOUNT_ID`
  public String accountOr(String fallback) {
    return account == null ? fallback : account;
  }
}
