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
  /// @param lane of an entry that is held or a trial entry; absent for others
  /// @param whenStored tells the observer once it is stored
  record Mark(Settlement settlement, @Nullable Lane lane, Consumer<RelayObserver> whenStored) {}

  private final int batchMax;
  private final Deque<Mark> waiting = new ArrayDeque<>();
  private final List<Mark> storing = new ArrayList<>();

  PendingSettlements(int batchMax) {
    this.batchMax = batchMax;
  }

  int size() {
    return waiting.size() + storing.size();
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
    waiting.add(
        new Mark(
            new Settlement.Published(entry.sequence()),
            null,
            observer -> observer.published(id, type, topicLabel, took)));
  }

  void parked(Unpublishable entry) {
    waiting.add(
        new Mark(
            new Settlement.Parked(entry.sequence(), entry.reason(), entry.detail()),
            null,
            observer ->
                observer.parked(
                    entry.eventId(), entry.eventType(), entry.reason(), entry.detail())));
  }

  /// @param lane the lane that this entry is the trial of, if any
  void refused(Publishable entry, Instant againAt, Refusal refusal, @Nullable Lane lane) {
    boolean isPermanent = refusal.kind() == Refusal.Kind.PERMANENT;
    add(new Settlement.Refused(entry.sequence(), againAt, text(refusal), isPermanent), lane);
  }

  void held(Publishable entry, Lane lane) {
    add(new Settlement.Held(entry.sequence(), lane.topic), lane);
  }

  void released(Publishable entry) {
    add(new Settlement.Released(entry.sequence()), null);
  }

  private void add(Settlement settlement, @Nullable Lane lane) {
    waiting.add(new Mark(settlement, lane, _ -> {}));
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
    storing.clear();
    return stored;
  }
}
