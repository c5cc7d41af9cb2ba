package stripebridge.relay;

import java.time.Duration;
import stripebridge.core.config.RelaySettings;

/// The bounds of a relay.
///
/// @param inFlightMax messages in flight over all topics
/// @param burstMax messages sent in a row before asking the broker to acknowledge immediately
/// @param lookAheadMax entries claimed and not settled
/// @param lookAheadBytesMax the size of their messages in the heap, in bytes
/// @param entryBytesMax the largest entry, in bytes; decides how many are claimed at once
/// @param marksMax unstored settlements above which nothing is sent: a crash publishes again at
///   most these and the messages in flight
/// @param refusalsMax permanent refusals of one message before its entry is parked
/// @param stallMax how long the broker may answer nothing while messages are in flight
/// @param backoff after a refusal and before connecting again
/// @param inboxBackoff after a failure of the inbox
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
  // JCSMP's largest window; `send` would block beyond it.
  private static final int WINDOW = 255;
  // A quarter of the window, so that a burst is under way while the broker answers the last one.
  private static final int BURST_MAX = 64;
  private static final int LOOK_AHEAD_MAX = 4_096;
  private static final long LOOK_AHEAD_BYTES_MAX = 32L << 20;
  // The largest webhook we accept.
  private static final int ENTRY_BYTES_MAX = 1 << 20;
  private static final int MARKS_MAX = 512;
  private static final Duration STALL_MAX = Duration.ofSeconds(30);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(30);
  // Asking our own store is cheap, and we refuse webhooks until it works again.
  private static final Backoff INBOX_BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

  /// The bounds that follow from the settings.
  ///
  /// @param heapBytesMax of the process; claimed entries take an eighth of it at most
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
