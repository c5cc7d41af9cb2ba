package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import stripebridge.core.inbox.Settlement;
import stripebridge.relay.ComposedMessage.Publishable;

/// What a thread of the relay does next, as [RelayState] decides.
sealed interface RelayStep {
  /// A step of the thread that sends.
  sealed interface ForSender extends RelayStep {}

  /// A step of the thread that claims.
  sealed interface ForClaimer extends RelayStep {}

  /// A step of the thread that settles.
  sealed interface ForSettler extends RelayStep {}

  /// Open a producer.
  record Open(long epoch) implements ForSender {}

  /// Send these, one after the other, by the producer of that epoch; nothing follows soon.
  record Send(long epoch, List<Publishable> burst) implements ForSender {}

  /// Ask the inbox which topics entries are held behind.
  record FindHeldTopics() implements ForClaimer {}

  /// Claim free and due entries, waiting for one for so long.
  record ClaimAny(int max, Duration patience) implements ForClaimer {}

  /// Claim entries that are held behind a topic.
  record ClaimHeld(String topic, int max) implements ForClaimer {}

  /// Settle these, all or none.
  record Settle(List<Settlement> marks) implements ForSettler {}

  /// Nothing, until then or until something happens.
  record Wait(Instant until) implements ForSender, ForClaimer, ForSettler {
    /// Until something happens.
    static final Wait IDLE = new Wait(Instant.MAX);
  }

  /// Nothing any more.
  record End() implements ForSender, ForClaimer, ForSettler {}
}
