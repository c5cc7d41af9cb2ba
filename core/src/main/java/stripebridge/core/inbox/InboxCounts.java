package stripebridge.core.inbox;

import java.time.Instant;
import java.util.Optional;

/// How many entries an inbox has.
///
/// @param waiting entries that are not published yet, including claimed ones
/// @param parked entries that wait for an operator
/// @param oldestWaiting when the oldest waiting entry was accepted
public record InboxCounts(long waiting, long parked, Optional<Instant> oldestWaiting) {}
