package stripebridge.sandbox.internal.broker;

import java.util.ArrayDeque;
import java.util.List;

/// Remembers the last messages that reached a queue, consumed or not, for tests to inspect.
///
/// Guarded by its queue's lock; `budget` is shared by all queues.
final class Recorder {
  private final int countMax;
  private final ByteBudget budget;
  private final ArrayDeque<Recorded> recorded = new ArrayDeque<>();

  /// @param millis when the queue took it, epoch milliseconds
  record Recorded(SpooledMessage message, long id, long millis) {}

  Recorder(int countMax, ByteBudget budget) {
    this.countMax = countMax;
    this.budget = budget;
  }

  void add(Recorded message) {
    if (countMax == 0) {
      return;
    }
    while (recorded.size() >= countMax) {
      forgetOldest();
    }
    while (!budget.reserve(message.message().size())) {
      if (recorded.isEmpty()) {
        return;
      }
      forgetOldest();
    }
    recorded.add(message);
  }

  private void forgetOldest() {
    budget.release(recorded.removeFirst().message().size());
  }

  List<Recorded> recorded() {
    return List.copyOf(recorded);
  }

  void clear() {
    while (!recorded.isEmpty()) {
      forgetOldest();
    }
  }
}
