package stripebridge.core.inbox;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Statistics of an inbox.
///
/// @param byState how many entries are in each state
/// @param waitingByType the ten types with the most waiting entries, most first
/// @param parkedByReason how many are parked for each reason
/// @param heldByTopic how many wait behind each topic that is held
/// @param oldestWaiting when the oldest waiting entry was accepted
/// @param bytes the size of the store
public record InboxStats(
    Map<EntryState, Long> byState,
    Map<String, Long> waitingByType,
    Map<String, Long> parkedByReason,
    Map<String, Long> heldByTopic,
    Optional<Instant> oldestWaiting,
    long bytes) {}
