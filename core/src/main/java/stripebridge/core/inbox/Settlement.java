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

  /// It waits behind earlier entries until it is claimed with [Inbox#claimHeld].
  ///
  /// @param behind a [HeldBehind#text]
  record Held(long sequence, String behind) implements Settlement {}

  /// Its message was refused for now. It waits like [Held], and its refusal count goes up by one.
  ///
  /// @param behind a [HeldBehind#text]
  record RefusedAndHeld(long sequence, String behind, String reason) implements Settlement {}

  /// It was claimed but not tried. It returns to its former state: free, or held.
  record Released(long sequence) implements Settlement {}

  /// It is not tried again until an operator retries it.
  record Parked(long sequence, ParkReason reason, String detail) implements Settlement {}
}
