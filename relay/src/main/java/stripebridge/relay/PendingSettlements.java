package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.Refusal;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Settlement;
import stripebridge.relay.ComposedMessage.Publishable;
import stripebridge.relay.ComposedMessage.Unpublishable;

/// Settlements that the inbox has not stored yet, in order. Not thread-safe.
final class PendingSettlements {
  /// @param backlog that an entry is held in; null for others
  /// @param topic that an entry is the trial of; null for others
  /// @param whenStored tells the observer once it is stored
  record Mark(
      Settlement settlement,
      @Nullable Backlog backlog,
      @Nullable TopicLanes topic,
      Consumer<RelayObserver> whenStored) {}

  private final int batchMax;
  private final Deque<Mark> waiting = new ArrayDeque<>();
  private final List<Mark> storing = new ArrayList<>();
  private int published;

  PendingSettlements(int batchMax) {
    this.batchMax = batchMax;
  }

  int size() {
    return waiting.size() + storing.size();
  }

  /// Those of published entries: a crash publishes these again.
  int published() {
    return published;
  }

  /// Whether a batch is being stored.
  boolean isStoring() {
    return !storing.isEmpty();
  }

  /// Whether there are settlements and no batch is being stored.
  boolean hasUnstarted() {
    return storing.isEmpty() && !waiting.isEmpty();
  }

  void published(Publishable entry, Duration took) {
    // Keep no reference to the entry: it would keep its message in the heap.
    EventId id = entry.message().eventId();
    EventType type = entry.type();
    String topicLabel = entry.topicLabel();
    published++;
    waiting.add(
        new Mark(
            new Settlement.Published(entry.sequence()),
            null,
            null,
            observer -> observer.published(id, type, topicLabel, took)));
  }

  void parked(Unpublishable entry) {
    waiting.add(
        new Mark(
            new Settlement.Parked(entry.sequence(), entry.reason(), entry.detail()),
            null,
            null,
            observer ->
                observer.parked(
                    entry.eventId(), entry.eventType(), entry.reason(), entry.detail())));
  }

  /// @param topic the topic that this entry is the trial of, if any
  void refused(Publishable entry, Instant againAt, Refusal refusal, @Nullable TopicLanes topic) {
    boolean isPermanent = refusal.kind() == Refusal.Kind.PERMANENT;
    waiting.add(
        new Mark(
            new Settlement.Refused(entry.sequence(), againAt, text(refusal), isPermanent),
            null,
            topic,
            _ -> {}));
  }

  void refusedAndHeld(Publishable entry, Refusal refusal, Backlog backlog) {
    addHeld(
        new Settlement.RefusedAndHeld(entry.sequence(), backlog.behind, text(refusal)), backlog);
  }

  void held(Publishable entry, Backlog backlog) {
    addHeld(new Settlement.Held(entry.sequence(), backlog.behind), backlog);
  }

  private void addHeld(Settlement settlement, Backlog backlog) {
    waiting.add(new Mark(settlement, backlog, null, _ -> {}));
  }

  void released(Publishable entry) {
    waiting.add(new Mark(new Settlement.Released(entry.sequence()), null, null, _ -> {}));
  }

  static String text(Refusal refusal) {
    return refusal.code() + ": " + refusal.detail();
  }

  /// The batch to store. Returns the same one until it is stored.
  List<Settlement> next() {
    if (storing.isEmpty()) {
      while (storing.size() < batchMax && !waiting.isEmpty()) {
        storing.add(waiting.remove());
      }
    }
    return storing.stream().map(Mark::settlement).toList();
  }

  /// The batch is stored; returns it.
  List<Mark> stored() {
    List<Mark> stored = List.copyOf(storing);
    for (Mark mark : stored) {
      published -= mark.settlement() instanceof Settlement.Published ? 1 : 0;
    }
    storing.clear();
    return stored;
  }
}
