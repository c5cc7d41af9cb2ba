package stripebridge.service.inbox;

import java.time.Instant;
import java.time.InstantSource;

/// The clocks of an inbox and its relay.
///
/// @param wall for times that people read; may jump
/// @param steady for due dates; never jumps while the process lives, so that setting the clock back
///   does not delay entries
public record InboxClock(InstantSource wall, InstantSource steady) {
  /// One clock for both, such as a test's.
  public static InboxClock of(InstantSource clock) {
    return new InboxClock(clock, clock);
  }

  /// A steady clock that starts at the wall clock's time.
  public static InboxClock startingNow(InstantSource wall) {
    Instant start = wall.instant();
    long startNanos = System.nanoTime();
    return new InboxClock(wall, () -> start.plusNanos(System.nanoTime() - startNanos));
  }
}
