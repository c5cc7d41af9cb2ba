package stripebridge.core.inbox;

import java.time.Instant;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;

/// A genuine event as the inbox stores it.
///
/// @param objectId the id of the event's object; empty when not known
/// @param account the account that the event is about: the one it names, else the label of the
///   endpoint secret that verified it, else the configured one
/// @param receivedAt when the webhook was accepted, to the millisecond
/// @param body the bytes that Stripe sent; never modified
// Nobody compares the array, and a copy on each access would be expensive.
@SuppressWarnings("ArrayRecordComponent")
public record ReceivedEvent(
    EventId id, EventType type, String objectId, String account, Instant receivedAt, byte[] body) {

  /// An event whose object is not known.
  public ReceivedEvent(
      EventId id, EventType type, String account, Instant receivedAt, byte[] body) {
    this(id, type, "", account, receivedAt, body);
  }

  /// The same event under another id.
  public ReceivedEvent withId(EventId other) {
    return new ReceivedEvent(other, type, objectId, account, receivedAt, body);
  }
}
