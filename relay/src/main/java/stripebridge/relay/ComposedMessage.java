package stripebridge.relay;

import java.time.Instant;
import stripebridge.core.broker.OutgoingMessage;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.ParkReason;

/// What [MessageComposer] made of a claimed entry.
sealed interface ComposedMessage {
  /// The entry's place in the inbox.
  long sequence();

  /// Its message can be sent.
  ///
  /// @param topicLabel the topic without the account level, for metrics
  /// @param receivedAt when the webhook was accepted
  /// @param refusals how often the message was refused so far
  /// @param permanentRefusals how often of these for good
  record Publishable(
      long sequence,
      EventType type,
      String topicLabel,
      Instant receivedAt,
      int refusals,
      int permanentRefusals,
      OutgoingMessage message)
      implements ComposedMessage {
    String topic() {
      return message.topic();
    }

    int bytes() {
      return message.payload().length;
    }
  }

  /// It can never be published as it is, and is parked.
  ///
  /// @param eventId as it is stored; of a damaged entry it may be damaged itself
  /// @param eventType the type, or empty where the entry is damaged
  record Unpublishable(
      long sequence, String eventId, String eventType, ParkReason reason, String detail)
      implements ComposedMessage {}
}
