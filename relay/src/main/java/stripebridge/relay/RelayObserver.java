package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.Refusal;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ParkReason;

/// Hears what a relay does, for metrics and logs. Called on the relay's threads, several at a time,
/// holding no lock; what it throws ends the relay.
///
/// A `topicLabel` is a topic without its account level.
public interface RelayObserver {
  /// The broker has acknowledged a message.
  void acknowledged(String topicLabel);

  /// The broker has refused a message, for now or for good.
  void refused(EventId id, EventType type, String topicLabel, Refusal refusal);

  /// A producer was lost before the broker answered a message; it is sent once more.
  void unanswered(EventId id, String topicLabel);

  /// An entry is marked published, durably.
  ///
  /// @param took from the webhook's acceptance to the broker's acknowledgement
  void published(EventId id, EventType type, String topicLabel, Duration took);

  /// An entry is parked, durably.
  ///
  /// @param eventId may be damaged where the entry is
  /// @param eventType empty where the entry is damaged
  void parked(String eventId, String eventType, ParkReason reason, String detail);

  /// Entries of a topic wait from now on, until the broker takes the one it refused.
  ///
  /// @param topic the whole topic
  void topicHeld(String topic, Refusal refusal);

  /// What waited of a held topic is sent in order: the broker has taken the entry it refused, has
  /// refused it for good, or an operator has taken it away.
  ///
  /// @param topic the whole topic
  void topicResumed(String topic);

  /// A producer is open.
  void connected();

  /// The connection is broken; the client restores it by itself.
  void connectionBroken();

  /// The client has restored the connection.
  void connectionRestored();

  /// The broker could not be connected.
  void connectFailed(BrokerException cause, Instant againAt);

  /// A producer is lost; a new one is opened, and what was unanswered is sent once more.
  void producerLost(String cause);

  /// The inbox could not do something; it is tried until it can.
  ///
  /// @param action what was asked of it, such as `claim entries`
  void inboxFailed(String action, InboxException cause, Instant againAt);

  /// The inbox has done what it could not do before.
  void inboxRecovered(String action);

  /// The relay has ended by a bug of ours.
  void died(Throwable bug);
}
