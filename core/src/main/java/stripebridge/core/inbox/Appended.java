package stripebridge.core.inbox;

import java.util.Optional;
import stripebridge.core.event.EventId;

/// What became of an event that was to be kept.
///
/// @param furtherId the id that it is kept under, if its own belongs to another event
public record Appended(Outcome outcome, Optional<EventId> furtherId) {
  /// How it ended.
  public enum Outcome {
    /// It is durable now.
    STORED,
    /// It is waiting, parked or remembered; this holds even when the inbox is full.
    DUPLICATE,
    /// Its id is held by another event. It is durable now, parked under a further id.
    CONFLICT,
    /// Its id is held by other events, and no further id is free; nothing was stored.
    ID_EXHAUSTED,
    /// The inbox is full; nothing was stored.
    FULL
  }

  public static final Appended STORED = of(Outcome.STORED);
  public static final Appended DUPLICATE = of(Outcome.DUPLICATE);
  public static final Appended ID_EXHAUSTED = of(Outcome.ID_EXHAUSTED);
  public static final Appended FULL = of(Outcome.FULL);

  /// Parked under a further id.
  public static Appended conflict(EventId furtherId) {
    return new Appended(Outcome.CONFLICT, Optional.of(furtherId));
  }

  private static Appended of(Outcome outcome) {
    return new Appended(outcome, Optional.empty());
  }
}
