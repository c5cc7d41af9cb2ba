package stripebridge.core.broker;

import java.time.Duration;
import java.util.Map;
import stripebridge.core.event.EventId;

/// A message to publish, guaranteed (PERSISTENT). Correlation id and application message id are the
/// event's id.
///
/// @param topic the whole topic
/// @param payload the envelope; content type `application/json`
/// @param userProperties texts, numbers (`Long`) and switches, by name
/// @param partitionKey user property `JMSXGroupID`; at most 255 bytes of UTF-8
/// @param timeToLive zero for ever
// A copy at each reading would cost more than an array that nobody compares.
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
