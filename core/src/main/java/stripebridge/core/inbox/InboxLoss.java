package stripebridge.core.inbox;

import java.time.Instant;
import java.util.Optional;

/// Events that were answered with 2xx but are missing from the inbox's file: it was restored from
/// an older copy, or its latest writes were damaged or removed.
///
/// @param firstSequence and `lastSequence`: the missing range, at most; some of these numbers may
///   never have been used
/// @param after when the last event before them was accepted; empty for none
/// @param before the latest time at which they can have been accepted
public record InboxLoss(
    long firstSequence, long lastSequence, Optional<Instant> after, Instant before) {

  /// The largest possible number of missing events.
  public long events() {
    return lastSequence - firstSequence + 1;
  }
}
