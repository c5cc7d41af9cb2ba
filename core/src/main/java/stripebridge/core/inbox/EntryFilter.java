package stripebridge.core.inbox;

import java.time.Instant;
import java.util.Optional;

/// Which entries are meant.
///
/// @param type an event type, or a prefix and `*`
/// @param since accepted then or later
public record EntryFilter(
    Optional<EntryState> state, Optional<String> type, Optional<Instant> since) {}
