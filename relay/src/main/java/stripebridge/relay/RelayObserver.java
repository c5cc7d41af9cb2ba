package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.Refusal;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ParkReason;

/// Receives the relay's events for metrics and logs. The relay's threads call it concurrently and
/// hold no lock; an exception ends the relay.
///
/// A `topicLabel` is a topic without its account level.
public interface RelayObserver {
  /// The broker has acknowledged a message.
  void acknowledged(String topicLabel);

  /// The broker has refused a message, for now or for good.
  void refused(EventId id, EventType type, String topicLabel, Refusal refusal);

  /// A producer was lost before the broker answered a message, which is sent again.
  void unanswered(EventId id, String topicLabel);

  /// The inbox has stored an entry as published.
  ///
  /// @param took from accepting the webhook to the broker's acknowledgement
  void published(EventId id, EventType type, String topicLabel, Duration took);

  /// The inbox has stored an entry as parked.
  ///
  /// @param eventId may be damaged where the entry is
  /// @param eventType empty where the entry is damaged
  void parked(String eventId, String eventType, ParkReason reason, String detail);

  /// A topic is held until the broker accepts the entry that it refused.
  ///
  /// @param topic the full topic
  void topicHeld(String topic, Refusal refusal);

  /// A held topic resumes: the broker has accepted the trial entry or refused it permanently, or an
  /// operator has removed it. Held entries are sent in order.
  ///
  /// @param topic the full topic
  void topicResumed(String topic);

  /// A producer is open.
  void connected();

  /// The connection is broken; the client reconnects by itself.
  void connectionBroken();

  /// The client has restored the connection.
  void connectionRestored();

  /// Connecting to the broker failed.
  void connectFailed(BrokerException cause, Instant againAt);

  /// A producer is lost. A new one is opened and unanswered messages are sent again.
  void producerLost(String cause);

  /// The inbox failed; the relay tries again until it works.
  ///
  /// @param action what failed, such as `claim entries`
  void inboxFailed(String action, InboxException cause, Instant againAt);

  /// The inbox works again.
  void inboxRecovered(String action);

  /// A bug of ours has ended the relay.
  void died(Throwable bug);
}
