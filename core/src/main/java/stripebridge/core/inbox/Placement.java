package stripebridge.core.inbox;

import java.util.Optional;
import stripebridge.core.event.EventId;

/// Decides under which id an event is kept, given what is held already.
///
/// A different event under an id that is held is a conflict: it gets a further id of its own,
/// `evt_…-2` to `evt_…-16`, which is also its application message id. So it is neither dropped as a
/// duplicate nor published under an id that consumers have seen.
public sealed interface Placement {
  /// How many different events are held under one id, the first included.
  int EVENTS_PER_ID_MAX = 16;

  /// Its id is new.
  record New() implements Placement {}

  /// It is held already.
  ///
  /// @param id under which; its own, or a further one
  record Known(String id) implements Placement {}

  /// Its id belongs to another event.
  ///
  /// @param id the further id that is free
  /// @param holder what is held under its own id
  record Conflict(EventId id, HeldEvent holder) implements Placement {
    /// Why the entry is parked.
    public String detail(ReceivedEvent event) {
      return "%s is held as %s; this is %s"
          .formatted(
              event.id(),
              holder.described(),
              new HeldEvent(event.type().text(), event.objectId()).described());
    }
  }

  /// No further id is free.
  record Exhausted() implements Placement {}

  /// What an inbox holds.
  ///
  /// @param <E> what a look may throw
  interface Held<E extends Exception> {
    Optional<HeldEvent> find(String id) throws E;
  }

  /// Where an event belongs.
  static <E extends Exception> Placement of(ReceivedEvent event, Held<E> held) throws E {
    String first = event.id().text();
    Optional<HeldEvent> holder = held.find(first);
    if (holder.isPresent() && holder.get().isSame(event)) {
      return new Known(first);
    }
    // Also when its own id is free: that one may have been forgotten since.
    EventId free = null;
    for (int i = 2; i <= EVENTS_PER_ID_MAX; i++) {
      String further = further(first, i);
      Optional<HeldEvent> other = held.find(further);
      if (other.isPresent() && other.get().isSame(event)) {
        return new Known(further);
      }
      if (other.isEmpty() && free == null && EventId.isLegal(further)) {
        free = new EventId(further);
      }
    }
    if (holder.isEmpty()) {
      return new New();
    }
    return free == null ? new Exhausted() : new Conflict(free, holder.get());
  }

  /// The id of the n-th event that shares an id, from the second on.
  static String further(String id, int number) {
    return id + "-" + number;
  }
}
