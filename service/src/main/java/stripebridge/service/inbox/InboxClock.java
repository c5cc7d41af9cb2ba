package stripebridge.service.inbox;

import java.time.Instant;
import java.time.InstantSource;

/// What time it is for an inbox and its relay.
///
/// @param wall when something happened, as people read it; may jump
/// @param steady when something is due; never jumps while the process lives, so that a clock that
///   is put back does not keep entries waiting
public record InboxClock(InstantSource wall, InstantSource steady) {
  /// One clock for both, such as a test lends.
  public static InboxClock of(InstantSource clock) {
    return new InboxClock(clock, clock);
  }

  /// A steady clock that begins at what the wall clock says now.
  public static InboxClock startingNow(InstantSource wall) {
    Instant start = wall.instant();
    long startNanos = System.nanoTime();
    return new InboxClock(wall, () -> start.plusNanos(System.nanoTime() - startNanos));
  }
}
