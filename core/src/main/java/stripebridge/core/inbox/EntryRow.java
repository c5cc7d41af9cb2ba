package stripebridge.core.inbox;

import java.time.Instant;
import java.util.Optional;

/// One entry as an operator sees it. Ids and types are as they are stored, damaged or not.
///
/// @param refusals how often its message was refused, for whatever reason
/// @param permanentRefusals how often of these for good
/// @param dueAt when it is tried again
/// @param heldBehind the topic whose earlier entry comes first
/// @param settledAt when it was published, parked or discarded
/// @param reason why it was refused last, or is parked; empty where there is none
/// @param detail more of it; empty where there is none
/// @param bodyBytes the size of the event; 0 once it was dropped
public record EntryRow(
    long sequence,
    String eventId,
    String eventType,
    String account,
    Instant receivedAt,
    EntryState state,
    int refusals,
    int permanentRefusals,
    Optional<Instant> dueAt,
    Optional<String> heldBehind,
    Optional<Instant> settledAt,
    String reason,
    String detail,
    long bodyBytes) {}
