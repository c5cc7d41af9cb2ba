package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import stripebridge.core.inbox.Settlement;
import stripebridge.relay.ComposedMessage.Publishable;

/// The next step of one of the relay's threads. [RelayState] decides it.
sealed interface RelayStep {
  /// A step of the thread that sends.
  sealed interface ForSender extends RelayStep {}

  /// A step of the thread that claims.
  sealed interface ForClaimer extends RelayStep {}

  /// A step of the thread that settles.
  sealed interface ForSettler extends RelayStep {}

  /// Open a producer.
  record Open(long epoch) implements ForSender {}

  /// Send these messages in order with the producer of that epoch; expect no more soon.
  record Send(long epoch, List<Publishable> burst) implements ForSender {}

  /// Ask the inbox what entries are held behind.
  ///
  /// @param makesRefusedDue whether to make refused entries due before
  record FindBacklogs(boolean makesRefusedDue) implements ForClaimer {}

  /// Claim free and due entries. Wait up to `patience` for the first one.
  record ClaimAny(int max, Duration patience) implements ForClaimer {}

  /// Claim held entries.
  ///
  /// @param behind what they are held behind, as [stripebridge.core.inbox.HeldBehind#text]
  record ClaimHeld(String behind, int max) implements ForClaimer {}

  /// Settle all of these or none.
  record Settle(List<Settlement> marks) implements ForSettler {}

  /// Sleep until the given time or until woken.
  record Wait(Instant until) implements ForSender, ForClaimer, ForSettler {
    /// Sleep until woken.
    static final Wait IDLE = new Wait(Instant.MAX);
  }

  /// End the thread.
  record End() implements ForSender, ForClaimer, ForSettler {}
}
