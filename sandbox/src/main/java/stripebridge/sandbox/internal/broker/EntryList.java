package stripebridge.sandbox.internal.broker;

import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The entries of a queue: in spool order, by readiness and by expiry. Appending, taking the next
/// and removing do not depend on how many there are. Guarded by the queue's lock.
///
/// Entries that were never taken are those from `fresh` on; no other record of their readiness is
/// needed. Those that came back, or all of them where priorities count, are in `ready`.
final class EntryList {
  private @Nullable QueueEntry first;
  private @Nullable QueueEntry last;
  private @Nullable QueueEntry fresh;
  private boolean byPriority;
  private TreeSet<QueueEntry> ready = new TreeSet<>(QueueEntry.BY_ID);
  private final TreeSet<QueueEntry> expiring = new TreeSet<>(QueueEntry.BY_EXPIRY);
  private long size;
  private long bytes;

  long size() {
    return size;
  }

  /// Bytes as quotas count them.
  long bytes() {
    return bytes;
  }

  @Nullable QueueEntry first() {
    return first;
  }

  @Nullable QueueEntry last() {
    return last;
  }

  void append(QueueEntry entry) {
    entry.previous = last;
    if (last == null) {
      first = entry;
    } else {
      last.next = entry;
    }
    last = entry;
    size++;
    bytes += entry.message.size();
    if (byPriority) {
      ready.add(entry);
    } else if (fresh == null) {
      fresh = entry;
    }
    if (entry.expiryMillis != 0) {
      expiring.add(entry);
    }
  }

  /// The entry to deliver next; it stays where it is.
  @Nullable QueueEntry nextReady() {
    return ready.isEmpty() ? fresh : ready.first();
  }

  /// Takes an entry that is ready, so that nobody else gets it.
  void take(QueueEntry entry) {
    if (entry == fresh) {
      fresh = entry.next;
    } else {
      ready.remove(entry);
    }
  }

  /// Puts back what was taken.
  void makeReady(QueueEntry entry) {
    ready.add(entry);
    if (entry.expiryMillis != 0) {
      expiring.add(entry);
    }
  }

  boolean isReady(QueueEntry entry) {
    return !entry.isRemoved && entry.deliveredTo == null;
  }

  void remove(QueueEntry entry) {
    if (entry == fresh) {
      fresh = entry.next;
    } else {
      ready.remove(entry);
    }
    if (entry.expiryMillis != 0) {
      expiring.remove(entry);
    }
    if (entry.previous == null) {
      first = entry.next;
    } else {
      entry.previous.next = entry.next;
    }
    if (entry.next == null) {
      last = entry.previous;
    } else {
      entry.next.previous = entry.previous;
    }
    entry.previous = null;
    entry.next = null;
    entry.isRemoved = true;
    size--;
    bytes -= entry.message.size();
  }

  /// The first entry with a higher id.
  @Nullable QueueEntry after(long id) {
    var entry = first;
    while (entry != null && entry.id <= id) {
      entry = entry.next;
    }
    return entry;
  }

  @Nullable QueueEntry find(long id) {
    var entry = after(id - 1);
    return entry != null && entry.id == id ? entry : null;
  }

  void forEach(Consumer<QueueEntry> action) {
    for (var entry = first; entry != null; entry = entry.next) {
      action.accept(entry);
    }
  }

  /// Sets whether higher priorities go first.
  void byPriority(boolean wanted) {
    if (wanted == byPriority) {
      return;
    }
    byPriority = wanted;
    var reordered = new TreeSet<>(wanted ? QueueEntry.BY_PRIORITY : QueueEntry.BY_ID);
    reordered.addAll(ready);
    for (var entry = fresh; entry != null; entry = entry.next) {
      reordered.add(entry);
    }
    fresh = null;
    ready = reordered;
  }

  /// Sets when an entry expires, 0 for never.
  void expiry(QueueEntry entry, long millis) {
    if (entry.expiryMillis != 0) {
      expiring.remove(entry);
    }
    entry.expiryMillis = millis;
    if (millis != 0) {
      expiring.add(entry);
    }
  }

  /// The entry that expires first and is not with a consumer. One that is with a consumer is
  /// forgotten here until it is given back.
  @Nullable QueueEntry nextToExpire() {
    while (!expiring.isEmpty() && expiring.first().deliveredTo != null) {
      expiring.pollFirst();
    }
    return expiring.isEmpty() ? null : expiring.first();
  }
}
