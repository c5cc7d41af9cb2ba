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

/// Carries all that an inbox holds to another one. Each batch is kept there before it is dropped
/// here, and known ids are not kept twice, so that a move that broke off is simply begun again.
public final class InboxMove {
  // The largest event has 1 MiB.
  private static final int BATCH = 50;

  private InboxMove() {}

  /// What was carried over.
  ///
  /// @param byState how many entries of each state left the one inbox
  /// @param known of them, those that the other one knew already
  public record Moved(Map<EntryState, Long> byState, long known) {}

  /// Does it.
  public static Moved run(MoveEndpoint from, MoveEndpoint to) throws InboxException {
    Map<EntryState, Long> byState = new EnumMap<>(EntryState.class);
    long known = 0;
    // Fails when somebody uses it, before anything is carried.
    from.drop(List.of());
    for (List<MovedEntry> batch = from.first(BATCH); !batch.isEmpty(); batch = from.first(BATCH)) {
      known += keep(batch, to);
      from.drop(batch);
      batch.forEach(entry -> byState.merge(entry.state(), 1L, Long::sum));
    }
    return new Moved(byState, known);
  }

  /// @return how many were known
  private static long keep(List<MovedEntry> batch, MoveEndpoint to) throws InboxException {
    long known = 0;
    List<MovedEntry> plain = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (MovedEntry entry : batch) {
      boolean isAmongThem = !ids.add(entry.eventId());
      boolean isFirst = entry.firstId().equals(entry.eventId());
      if (!entry.isEnded() && (isAmongThem || !isFirst || to.find(entry.eventId()).isPresent())) {
        known += plain.size() - to.take(plain);
        plain.clear();
        Optional<MovedEntry> placed = placed(entry, to);
        known += placed.isEmpty() ? 1 : 1 - to.take(List.of(placed.get()));
      } else {
        plain.add(entry);
      }
    }
    return known + plain.size() - to.take(plain);
  }

  /// The entry as it is to be kept where its id is held; absent when it is known.
  private static Optional<MovedEntry> placed(MovedEntry entry, MoveEndpoint to)
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
        holder = other.map(MovedEntry::held).orElse(null);
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
          "cannot move '%s': other events have its id there, and no further id is free"
              .formatted(entry.eventId()),
          "nothing of it is lost: discard some of them there with 'stripebridge inbox discard',"
              + " wait until they are forgotten, and begin again",
          null);
    }
    return Optional.of(
        entry.conflicting(
            free,
            "%s was held as %s where it was moved to; this is %s"
                .formatted(entry.eventId(), holder.described(), entry.held().described())));
  }

  /// Of what is damaged, nothing is known but that it is the very same.
  private static boolean isSame(MovedEntry entry, MovedEntry other) {
    Optional<ReceivedEvent> event = entry.event();
    boolean isOtherReadable = other.isEnded() || other.event().isPresent();
    if (event.isPresent() && isOtherReadable) {
      return other.held().isSame(event.get());
    }
    return entry.checksum() == other.checksum() && Arrays.equals(entry.body(), other.body());
  }
}
