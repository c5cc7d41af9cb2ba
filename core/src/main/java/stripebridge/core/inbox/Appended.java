package stripebridge.core.inbox;

import java.util.Optional;
import stripebridge.core.event.EventId;

/// The outcome of appending an event.
///
/// @param furtherId the id that it is stored under, if its own belongs to another event
public record Appended(Outcome outcome, Optional<EventId> furtherId) {
  /// The kinds of outcomes.
  public enum Outcome {
    /// The event is durable now.
    STORED,
    /// The event is already waiting, parked or remembered. Reported even when the inbox is full.
    DUPLICATE,
    /// Another event has its id. The event is durable now, parked under a further id.
    CONFLICT,
    /// Other events have its id and all further ids; nothing was stored.
    ID_EXHAUSTED,
    /// The inbox is full; nothing was stored.
    FULL
  }

  public static final Appended STORED = of(Outcome.STORED);
  public static final Appended DUPLICATE = of(Outcome.DUPLICATE);
  public static final Appended ID_EXHAUSTED = of(Outcome.ID_EXHAUSTED);
  public static final Appended FULL = of(Outcome.FULL);

  /// The event is parked under a further id.
  public static Appended conflict(EventId furtherId) {
    return new Appended(Outcome.CONFLICT, Optional.of(furtherId));
  }

  private static Appended of(Outcome outcome) {
    return new Appended(outcome, Optional.empty());
  }
}
