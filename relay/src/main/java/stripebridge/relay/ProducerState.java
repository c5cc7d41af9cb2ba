package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;

/// The producer there is, or when the next one is opened. Producers are told apart by their epoch.
/// Not thread-safe.
final class ProducerState {
  private enum Phase {
    NONE,
    OPENING,
    OPEN
  }

  private final Duration stallMax;
  private Phase phase = Phase.NONE;
  private boolean isUp;
  private boolean isStalled;
  private long epoch;
  private int opened;
  private Instant openAt = Instant.MIN;
  private Instant lastAnswer = Instant.MIN;

  ProducerState(Duration stallMax) {
    this.stallMax = stallMax;
  }

  long epoch() {
    return epoch;
  }

  boolean isUp() {
    return phase == Phase.OPEN && isUp;
  }

  /// Whether a producer of that epoch may still answer what it was given.
  boolean isCurrent(long asked) {
    return asked == epoch && phase != Phase.NONE;
  }

  /// Producers opened or tried since the broker last answered.
  int attempts() {
    return opened;
  }

  boolean isOpenDue(Instant now) {
    return phase == Phase.NONE && !now.isBefore(openAt);
  }

  Instant openAt() {
    return openAt;
  }

  boolean isToBeOpened() {
    return phase == Phase.NONE;
  }

  long open() {
    phase = Phase.OPENING;
    isUp = true;
    opened++;
    epoch++;
    return epoch;
  }

  /// A producer is open. Says whether it is of use: it may have been lost before that was known.
  boolean opened(long openedEpoch, Instant now) {
    if (openedEpoch != epoch || phase != Phase.OPENING) {
      return false;
    }
    phase = Phase.OPEN;
    lastAnswer = now;
    return true;
  }

  /// @param againAt when the next one may be opened
  void lost(Instant againAt) {
    phase = Phase.NONE;
    isUp = false;
    openAt = againAt;
  }

  /// The connection is broken or back. Says whether that is news.
  boolean changed(boolean up, Instant now) {
    boolean isNews = isUp != up;
    isUp = up;
    // What was in flight gets its whole time again.
    lastAnswer = now;
    return isNews;
  }

  /// Something is in flight from now on, and was not before.
  void began(Instant now) {
    lastAnswer = now;
  }

  void answered(Instant now) {
    lastAnswer = now;
    opened = 0;
    isStalled = false;
  }

  /// Whether what is in flight has been unanswered for too long over a connection that is up.
  boolean isSilent(Instant now) {
    return isUp() && !now.isBefore(lastAnswer.plus(stallMax));
  }

  void stalled() {
    isStalled = true;
  }

  boolean isStalled() {
    return isStalled;
  }
}
