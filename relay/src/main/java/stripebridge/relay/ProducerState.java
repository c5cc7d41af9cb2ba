package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;

/// The state of the current producer, or when to open the next one. Each has an epoch of its own.
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

  /// Whether that epoch's producer is the current one.
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

  /// A producer is open.
  ///
  /// @return false when it was lost before this was known
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

  /// The connection broke or came back.
  ///
  /// @return whether that changed anything
  boolean changed(boolean up, Instant now) {
    boolean isNews = isUp != up;
    isUp = up;
    // Messages in flight get the full time again.
    lastAnswer = now;
    return isNews;
  }

  /// The first message is in flight.
  void began(Instant now) {
    lastAnswer = now;
  }

  void answered(Instant now) {
    lastAnswer = now;
    opened = 0;
    isStalled = false;
  }

  /// Whether the connection is up and the broker has not answered for too long.
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
