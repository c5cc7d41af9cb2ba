package stripebridge.sandbox.internal.broker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/// The flows bound to a queue, whose turn it is, and which lost clients may come back. Guarded by
/// the queue's lock.
final class BoundFlows {
  /// How many lost clients are remembered, so that they can continue where they were.
  private static final int ORPHANS_MAX = 16;

  /// In bind order.
  private final List<ConsumerFlow> consumers = new ArrayList<>();

  private final List<ConsumerFlow> browsers = new ArrayList<>();

  /// The unsettled entries of lost clients, by client name.
  private final Map<String, NavigableMap<Long, QueueEntry>> orphans = new LinkedHashMap<>();

  private int turn;

  int count() {
    return consumers.size() + browsers.size();
  }

  /// A copy of the list of all flows.
  List<ConsumerFlow> all() {
    ArrayList<ConsumerFlow> all = new ArrayList<>(consumers);
    all.addAll(browsers);
    return all;
  }

  List<ConsumerFlow> consumers() {
    return consumers;
  }

  List<ConsumerFlow> browsers() {
    return browsers;
  }

  void add(ConsumerFlow flow) {
    (flow.isBrowser() ? browsers : consumers).add(flow);
  }

  void remove(ConsumerFlow flow) {
    (flow.isBrowser() ? browsers : consumers).remove(flow);
  }

  /// The active flow of an exclusive queue.
  @Nullable ConsumerFlow first() {
    return consumers.isEmpty() ? null : consumers.getFirst();
  }

  /// The flow whose turn it is: the first to bind on an exclusive queue, otherwise round robin.
  @Nullable ConsumerFlow next(QueueSettings settings) {
    int candidates = settings.exclusive() ? Math.min(1, consumers.size()) : consumers.size();
    for (int i = 0; i < candidates; i++) {
      int index = settings.exclusive() ? 0 : (turn + i) % candidates;
      ConsumerFlow flow = consumers.get(index);
      if (flow.canTake(settings.deliveredUnackedMax())) {
        turn = index + 1;
        return flow;
      }
    }
    return null;
  }

  // Browsers, which walk the queue

  /// Points browsers that were at the end of the queue to a new entry.
  void entryAppended(QueueEntry entry) {
    for (ConsumerFlow browser : browsers) {
      if (browser.browsesNext == null) {
        browser.browsesNext = entry;
      }
    }
  }

  /// Moves browsers past an entry that is about to be removed.
  void entryRemoved(QueueEntry entry) {
    for (ConsumerFlow browser : browsers) {
      if (browser.browsesNext == entry) {
        browser.browsesNext = entry.next;
      }
    }
  }

  // Clients that may come back

  void keepOrphans(String clientName, NavigableMap<Long, QueueEntry> unsettled) {
    orphans.remove(clientName);
    orphans.put(clientName, unsettled);
    if (orphans.size() > ORPHANS_MAX) {
      orphans.remove(orphans.keySet().iterator().next());
    }
  }

  /// Removes and returns what a returning client had not settled, by wire id.
  NavigableMap<Long, QueueEntry> takeOrphans(String clientName) {
    NavigableMap<Long, QueueEntry> unsettled = orphans.remove(clientName);
    return unsettled == null ? Collections.emptyNavigableMap() : unsettled;
  }

  void clearOrphans() {
    orphans.clear();
  }
}
