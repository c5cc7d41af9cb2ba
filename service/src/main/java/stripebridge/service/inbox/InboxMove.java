package stripebridge.service.inbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stripebridge.core.event.EventId;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.KnownEvent;
import stripebridge.core.inbox.Placement;
import stripebridge.core.inbox.ReceivedEvent;

/// Moves all entries from one inbox to another. Each batch is stored in the target before it is
/// deleted from the source, and known ids are not stored twice. So an interrupted move is simply
/// run again.
public final class InboxMove {
  // The largest event has 1 MiB.
  private static final int BATCH = 50;

  private InboxMove() {}

  /// The result of a move.
  ///
  /// @param byState how many entries of each state left the source
  /// @param known how many of them the target knew already
  public record Moved(Map<EntryState, Long> byState, long known) {}

  public static Moved run(MoveEndpoint from, MoveEndpoint to) throws InboxException {
    Map<EntryState, Long> byState = new EnumMap<>(EntryState.class);
    long known = 0;
    // Fails before anything is moved if a process uses the source.
    from.drop(List.of());
    for (List<MovedEntry> batch = from.first(BATCH); !batch.isEmpty(); batch = from.first(BATCH)) {
      known += store(batch, to);
      from.drop(batch);
      batch.forEach(entry -> byState.merge(entry.state(), 1L, Long::sum));
    }
    return new Moved(byState, known);
  }

  /// @return how many were known
  private static long store(List<MovedEntry> batch, MoveEndpoint to) throws InboxException {
    long known = 0;
    List<MovedEntry> plain = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (MovedEntry entry : batch) {
      boolean isInBatch = !ids.add(entry.eventId());
      boolean isFirst = entry.firstId().equals(entry.eventId());
      if (!entry.isFinished() && (isInBatch || !isFirst || to.find(entry.eventId()).isPresent())) {
        known += plain.size() - to.take(plain);
        plain.clear();
        Optional<MovedEntry> placed = withFreeId(entry, to);
        known += placed.isEmpty() ? 1 : 1 - to.take(List.of(placed.get()));
      } else {
        plain.add(entry);
      }
    }
    return known + plain.size() - to.take(plain);
  }

  /// The entry under an id that is free in the target; absent when the target knows the event.
  private static Optional<MovedEntry> withFreeId(MovedEntry entry, MoveEndpoint to)
      throws InboxException {
    EventId free = null;
    KnownEvent holder = null;
    String first = entry.firstId();
    for (int i = 1; i <= Placement.EVENTS_PER_ID_MAX; i++) {
      String id = i == 1 ? first : Placement.further(first, i);
      Optional<MovedEntry> other = to.find(id);
      if (other.isPresent() && isSame(entry, other.get())) {
        return Optional.empty();
      }
      if (id.equals(entry.eventId())) {
        holder = other.map(MovedEntry::known).orElse(null);
      }
      if (i > 1 && other.isEmpty() && free == null && EventId.isLegal(id)) {
        free = new EventId(id);
      }
    }
    if (holder == null) {
      return Optional.of(entry);
    }
    if (free == null) {
      throw new InboxException.Unusable(
          "cannot move '%s': other events have its id in the target, and no further id is free"
              .formatted(entry.eventId()),
          "nothing is lost: discard some of those events with 'stripebridge inbox discard', wait"
              + " until they are forgotten, and run the move again",
          null);
    }
    return Optional.of(
        entry.conflicting(
            free,
            "%s was known as %s where it was moved to; this is %s"
                .formatted(entry.eventId(), holder.described(), entry.known().described())));
  }

  /// A damaged entry is the same only if all its bytes are.
  private static boolean isSame(MovedEntry entry, MovedEntry other) {
    Optional<ReceivedEvent> event = entry.event();
    boolean isOtherReadable = other.isFinished() || other.event().isPresent();
    if (event.isPresent() && isOtherReadable) {
      return other.known().isSame(event.get());
    }
    return entry.checksum() == other.checksum() && Arrays.equals(entry.body(), other.body());
  }
}
