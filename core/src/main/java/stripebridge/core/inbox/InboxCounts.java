package stripebridge.core.inbox;

import java.time.Instant;
import java.util.Optional;

/// How much an inbox holds.
///
/// @param waiting entries that are not published yet, claimed ones included
/// @param parked entries that wait for an operator
/// @param oldestWaiting when the oldest waiting entry was accepted
public record InboxCounts(long waiting, long parked, Optional<Instant> oldestWaiting) {}
