package stripebridge.sandbox.internal.broker;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/// A queue's counters. Guarded by the queue's lock.
// An array by ordinal, since a map would make an object per message.
@SuppressWarnings("EnumOrdinal")
final class QueueCounters {
  private final long[] counts = new long[QueueCounter.values().length];

  void count(QueueCounter counter) {
    add(counter, 1);
  }

  void add(QueueCounter counter, long count) {
    counts[counter.ordinal()] += count;
  }

  void clear() {
    Arrays.fill(counts, 0);
  }

  Map<QueueCounter, Long> snapshot() {
    var all = new EnumMap<QueueCounter, Long>(QueueCounter.class);
    for (var counter : QueueCounter.values()) {
      all.put(counter, counts[counter.ordinal()]);
    }
    return all;
  }
}
