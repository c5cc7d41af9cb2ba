package stripebridge.core.inbox;

import java.time.Instant;

/// What becomes of a claimed entry.
public sealed interface Settlement {
  long sequence();

  /// The broker has acknowledged its message. The id is remembered, the body dropped.
  record Published(long sequence) implements Settlement {}

  /// Its message was refused. The entry waits and is claimable again from `at` on; its refusals
  /// count one more.
  ///
  /// @param isPermanent whether the broker refused this message, and not just for now
  record Refused(long sequence, Instant at, String reason, boolean isPermanent)
      implements Settlement {}

  /// It waits behind an earlier entry of its topic, until it is claimed by that topic.
  ///
  /// @param topic the whole topic, the account level included
  record Held(long sequence, String topic) implements Settlement {}

  /// It was claimed and not tried: it is what it was, as if it had never been claimed; free, or
  /// held behind its topic.
  record Released(long sequence) implements Settlement {}

  /// It is not tried any more until an operator says so.
  record Parked(long sequence, ParkReason reason, String detail) implements Settlement {}
}
