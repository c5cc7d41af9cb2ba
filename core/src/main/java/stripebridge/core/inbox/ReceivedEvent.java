package stripebridge.core.inbox;

import java.time.Instant;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;

/// A genuine event, as it is kept.
///
/// @param objectId the id of what the event is about; empty when it is not known
/// @param account the account the event is about: its own, else the one of the endpoint secret that
///   verified it, else the configured one
/// @param receivedAt when the webhook was accepted, to the millisecond
/// @param body the bytes Stripe sent; nobody writes to them
// A copy at each reading would cost more than an array that nobody compares.
@SuppressWarnings("ArrayRecordComponent")
public record ReceivedEvent(
    EventId id, EventType type, String objectId, String account, Instant receivedAt, byte[] body) {

  /// One whose object is not known.
  public ReceivedEvent(
      EventId id, EventType type, String account, Instant receivedAt, byte[] body) {
    this(id, type, "", account, receivedAt, body);
  }

  /// The same event under another id.
  public ReceivedEvent withId(EventId other) {
    return new ReceivedEvent(other, type, objectId, account, receivedAt, body);
  }
}
