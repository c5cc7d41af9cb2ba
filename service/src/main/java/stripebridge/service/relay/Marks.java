package stripebridge.service.relay;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.Settlement;

/// What became of entries and is not in the store yet, in order. Not thread-safe.
final class Marks {
  /// @param lane of an entry that waits behind its topic or tries it; else absent
  /// @param whenStored what is said once it is in the store
  record Mark(Settlement settlement, @Nullable Lane lane, Consumer<RelayObserver> whenStored) {}

  private final int batchMax;
  private final Deque<Mark> waiting = new ArrayDeque<>();
  private final List<Mark> storing = new ArrayList<>();
  private int failures;
  private Instant notBefore = Instant.MIN;

  Marks(int batchMax) {
    this.batchMax = batchMax;
  }

  int size() {
    return waiting.size() + storing.size();
  }

  void add(Mark mark) {
    waiting.add(mark);
  }

  /// Whether storing failed when it was last tried.
  boolean areFailing() {
    return failures > 0;
  }

  int failures() {
    return failures;
  }

  Instant notBefore() {
    return notBefore;
  }

  /// The batch to store; the same one again after it failed.
  List<Settlement> next() {
    while (failures == 0 && storing.size() < batchMax && !waiting.isEmpty()) {
      storing.add(waiting.remove());
    }
    return storing.stream().map(Mark::settlement).toList();
  }

  List<Mark> stored() {
    List<Mark> stored = List.copyOf(storing);
    storing.clear();
    failures = 0;
    notBefore = Instant.MIN;
    return stored;
  }

  void failed(Instant againAt) {
    failures++;
    notBefore = againAt;
  }
}
