package stripebridge.core.broker;

import java.time.Duration;
import java.util.Map;
import stripebridge.core.event.EventId;

/// A message to publish, guaranteed (PERSISTENT). Correlation id and application message id are the
/// event's id.
///
/// @param topic the whole topic
/// @param payload the envelope; content type `application/json`
/// @param userProperties `String`, `Long` and `Boolean` values by name
/// @param partitionKey user property `JMSXGroupID`; at most 255 bytes of UTF-8
/// @param timeToLive zero for no expiry
// Nobody compares the array, and a copy on each access would be expensive.
@SuppressWarnings("ArrayRecordComponent")
public record OutgoingMessage(
    String topic,
    EventId eventId,
    byte[] payload,
    Map<String, Object> userProperties,
    String partitionKey,
    Duration timeToLive,
    boolean dmqEligible) {
  public OutgoingMessage {
    userProperties = Map.copyOf(userProperties);
  }
}
