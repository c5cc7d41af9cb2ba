package stripebridge.relay;

import java.time.Duration;
import stripebridge.core.config.RelaySettings;

/// The bounds of a relay.
///
/// @param inFlightMax messages sent and not answered yet, over all topics
/// @param burstMax messages sent in a row before the broker is asked to acknowledge at once
/// @param lookAheadMax entries claimed and not settled yet
/// @param lookAheadBytesMax what their messages may take in the heap, in bytes
/// @param entryBytesMax what one entry may take; decides how many are claimed at once
/// @param marksMax marks not stored yet, above which nothing is sent: after a crash at most these
///   and what was in flight are published again
/// @param refusalsMax how often the broker may refuse a message for good; then its entry is parked
/// @param stallMax how long the broker may leave all that is in flight unanswered
/// @param backoff after a refusal, and before the broker is connected again
/// @param inboxBackoff before the inbox is tried again
public record RelayLimits(
    int inFlightMax,
    int burstMax,
    int lookAheadMax,
    long lookAheadBytesMax,
    int entryBytesMax,
    int marksMax,
    int refusalsMax,
    Duration stallMax,
    Backoff backoff,
    Backoff inboxBackoff) {
  // What JCSMP takes at most; `send` would block beyond it.
  private static final int WINDOW = 255;
  // A quarter of the window: the next burst is on its way while the broker answers this one.
  private static final int BURST_MAX = 64;
  private static final int LOOK_AHEAD_MAX = 4_096;
  private static final long LOOK_AHEAD_BYTES_MAX = 32L << 20;
  // The largest webhook that is accepted.
  private static final int ENTRY_BYTES_MAX = 1 << 20;
  private static final int MARKS_MAX = 512;
  private static final Duration STALL_MAX = Duration.ofSeconds(30);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(30);
  // Asking our own store is cheap, and webhooks are refused until it works again.
  private static final Backoff INBOX_BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

  /// The bounds that design and settings give.
  ///
  /// @param heapBytesMax of the process, of which what is looked ahead at takes an eighth at most
  public static RelayLimits of(RelaySettings settings, long heapBytesMax) {
    Duration base = settings.backoffBase();
    Duration max = base.compareTo(BACKOFF_MAX) > 0 ? base : BACKOFF_MAX;
    return new RelayLimits(
        WINDOW,
        BURST_MAX,
        LOOK_AHEAD_MAX,
        Math.min(LOOK_AHEAD_BYTES_MAX, heapBytesMax / 8),
        ENTRY_BYTES_MAX,
        MARKS_MAX,
        settings.refusalsMax(),
        STALL_MAX,
        new Backoff(base, max),
        INBOX_BACKOFF);
  }
}
