package stripebridge.core.inbox;

import java.time.Instant;
import java.util.Optional;

/// One entry, for an operator. Ids and types are as stored, even when damaged.
///
/// @param refusals how often its message was refused, for any reason
/// @param permanentRefusals how many of these refusals were permanent
/// @param dueAt when it is retried
/// @param heldBehind what it waits behind, as [HeldBehind#text]
/// @param settledAt when it was published, parked or discarded
/// @param reason why it was last refused, or is parked; empty for none
/// @param detail more about the reason; empty for none
/// @param bodyBytes the size of the body; 0 once it was dropped
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
