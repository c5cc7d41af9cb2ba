package stripebridge.core.inbox;

import java.time.Instant;

/// The outcome for a claimed entry.
public sealed interface Settlement {
  long sequence();

  /// The broker has acknowledged its message. The id is remembered, the body dropped.
  record Published(long sequence) implements Settlement {}

  /// Its message was refused. The entry waits, can be claimed again from `at` on, and its refusal
  /// count goes up by one.
  ///
  /// @param isPermanent whether the broker refused the message itself, and not just for now
  record Refused(long sequence, Instant at, String reason, boolean isPermanent)
      implements Settlement {}

  /// It waits behind an earlier entry of its topic until it is claimed by topic.
  ///
  /// @param topic the whole topic, the account level included
  record Held(long sequence, String topic) implements Settlement {}

  /// It was claimed but not tried. It returns to its former state: free, or held behind its topic.
  record Released(long sequence) implements Settlement {}

  /// It is not tried again until an operator retries it.
  record Parked(long sequence, ParkReason reason, String detail) implements Settlement {}
}
