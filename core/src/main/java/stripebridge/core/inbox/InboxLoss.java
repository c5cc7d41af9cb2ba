package stripebridge.core.inbox;

import java.time.Instant;
import java.util.Optional;

/// Events that were answered 2xx and are not in the inbox's file any more: it was restored from an
/// older copy, or what was written last was damaged or taken away.
///
/// @param firstSequence and `lastSequence`: what is missing, at most; some of these may never have
///   been given to an event
/// @param after when the last event before them was accepted; absent when there is none
/// @param before until when, at the latest, they were accepted
public record InboxLoss(
    long firstSequence, long lastSequence, Optional<Instant> after, Instant before) {

  /// How many they are, at most.
  public long events() {
    return lastSequence - firstSequence + 1;
  }
}
