package stripebridge.core.inbox;

import java.util.Optional;
import stripebridge.core.event.EventId;

/// Decides the id under which an event is stored, given the ids that the inbox knows.
///
/// A different event under a known id is a conflict. It gets a further id of its own, `evt_…-2` to
/// `evt_…-16`, which is also its application message id. So it is neither dropped as a duplicate
/// nor published under an id that consumers have seen.
public sealed interface Placement {
  /// How many different events can share one id, the first included.
  int EVENTS_PER_ID_MAX = 16;

  /// Its id is new.
  record New() implements Placement {}

  /// The event is already known.
  ///
  /// @param id the id it has; its own, or a further one
  record Known(String id) implements Placement {}

  /// Its id belongs to another event.
  ///
  /// @param id the further id that is free
  /// @param holder the event that has its own id
  record Conflict(EventId id, KnownEvent holder) implements Placement {
    /// Why the entry is parked.
    public String detail(ReceivedEvent event) {
      return "%s already belongs to %s; this is %s"
          .formatted(
              event.id(),
              holder.described(),
              new KnownEvent(event.type().text(), event.objectId()).described());
    }
  }

  /// No further id is free.
  record Exhausted() implements Placement {}

  /// Looks up the events that an inbox knows.
  ///
  /// @param <E> the exception of a failed lookup
  interface KnownEvents<E extends Exception> {
    Optional<KnownEvent> find(String id) throws E;
  }

  /// Decides for one event.
  static <E extends Exception> Placement of(ReceivedEvent event, KnownEvents<E> known) throws E {
    String first = event.id().text();
    Optional<KnownEvent> holder = known.find(first);
    if (holder.isPresent() && holder.get().isSame(event)) {
      return new Known(first);
    }
    // Even when its own id is free: the inbox may have forgotten that one since.
    EventId free = null;
    for (int i = 2; i <= EVENTS_PER_ID_MAX; i++) {
      String further = further(first, i);
      Optional<KnownEvent> other = known.find(further);
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

  /// The id of the n-th event that shares an id; n is at least 2.
  static String further(String id, int number) {
    return id + "-" + number;
  }
}
