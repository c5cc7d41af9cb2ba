package stripebridge.relay;

import java.time.Instant;
import stripebridge.core.broker.OutgoingMessage;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.ParkReason;

/// The result of [MessageComposer] for a claimed entry.
sealed interface ComposedMessage {
  /// The entry's sequence in the inbox.
  long sequence();

  /// Its message can be sent.
  ///
  /// @param orderKey messages of a topic with the same key are published in order
  /// @param topicLabel the topic without the account level, for metrics
  /// @param receivedAt when the webhook was accepted
  /// @param refusals how often the broker has refused it
  /// @param permanentRefusals how many of these were permanent
  record Publishable(
      long sequence,
      EventType type,
      String orderKey,
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

  /// It cannot be published, so its entry is parked.
  ///
  /// @param eventId as stored; a damaged entry's id may be damaged itself
  /// @param eventType the type, or empty where the entry is damaged
  record Unpublishable(
      long sequence, String eventId, String eventType, ParkReason reason, String detail)
      implements ComposedMessage {}
}
