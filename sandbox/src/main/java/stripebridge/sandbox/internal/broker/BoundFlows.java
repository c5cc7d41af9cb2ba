package stripebridge.sandbox.internal.broker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/// Who is bound to a queue, whose turn it is, and who may come back. Guarded by the queue's lock.
final class BoundFlows {
  /// Clients whose lost connections are remembered, so that they can go on where they were.
  private static final int ORPHANS_MAX = 16;

  /// In the order in which they bound.
  private final List<ConsumerFlow> consumers = new ArrayList<>();

  private final List<ConsumerFlow> browsers = new ArrayList<>();

  /// What clients whose connection was lost had not settled, by client name.
  private final Map<String, NavigableMap<Long, QueueEntry>> orphans = new LinkedHashMap<>();

  private int turn;

  int count() {
    return consumers.size() + browsers.size();
  }

  /// All flows, in a list that stays as it is.
  List<ConsumerFlow> all() {
    var all = new ArrayList<>(consumers);
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

  /// The one that an exclusive queue's messages go to.
  @Nullable ConsumerFlow first() {
    return consumers.isEmpty() ? null : consumers.getFirst();
  }

  /// Whose turn it is: of an exclusive queue the first that bound, else one after the other.
  @Nullable ConsumerFlow next(QueueSettings settings) {
    int candidates = settings.exclusive() ? Math.min(1, consumers.size()) : consumers.size();
    for (int i = 0; i < candidates; i++) {
      int index = settings.exclusive() ? 0 : (turn + i) % candidates;
      var flow = consumers.get(index);
      if (flow.canTake(settings.deliveredUnackedMax())) {
        turn = index + 1;
        return flow;
      }
    }
    return null;
  }

  // Browsers, which walk along the queue

  /// Shows an entry to those that had seen all there was.
  void entryAppended(QueueEntry entry) {
    for (var browser : browsers) {
      if (browser.browsesNext == null) {
        browser.browsesNext = entry;
      }
    }
  }

  /// Leads those away that stand before an entry.
  void entryRemoved(QueueEntry entry) {
    for (var browser : browsers) {
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

  /// What a client that has come back had not settled, by wire id.
  NavigableMap<Long, QueueEntry> takeOrphans(String clientName) {
    var unsettled = orphans.remove(clientName);
    return unsettled == null ? Collections.emptyNavigableMap() : unsettled;
  }

  void clearOrphans() {
    orphans.clear();
  }
}
