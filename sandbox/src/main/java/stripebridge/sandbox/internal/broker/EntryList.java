package stripebridge.sandbox.internal.broker;

import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The entries of a queue in spool order, by readiness and by expiry. Appending, taking and
/// removing do not slow down with the number of entries. Guarded by the queue's lock.
///
/// Entries from `fresh` on were never taken; their readiness needs no other record. Returned
/// entries, or all entries when priorities count, are in `ready`.
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

  /// The next entry to deliver; it stays in the list.
  @Nullable QueueEntry nextReady() {
    return ready.isEmpty() ? fresh : ready.first();
  }

  /// Takes a ready entry, so that no other flow gets it.
  void take(QueueEntry entry) {
    if (entry == fresh) {
      fresh = entry.next;
    } else {
      ready.remove(entry);
    }
  }

  /// Makes a taken entry ready again.
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
    QueueEntry entry = first;
    while (entry != null && entry.id <= id) {
      entry = entry.next;
    }
    return entry;
  }

  @Nullable QueueEntry find(long id) {
    QueueEntry entry = after(id - 1);
    return entry != null && entry.id == id ? entry : null;
  }

  void forEach(Consumer<QueueEntry> action) {
    for (QueueEntry entry = first; entry != null; entry = entry.next) {
      action.accept(entry);
    }
  }

  /// Sets whether higher priorities go first.
  void byPriority(boolean wanted) {
    if (wanted == byPriority) {
      return;
    }
    byPriority = wanted;
    TreeSet<QueueEntry> reordered =
        new TreeSet<>(wanted ? QueueEntry.BY_PRIORITY : QueueEntry.BY_ID);
    reordered.addAll(ready);
    for (QueueEntry entry = fresh; entry != null; entry = entry.next) {
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

  /// The undelivered entry that expires first. Delivered entries drop out of this order until they
  /// are ready again.
  @Nullable QueueEntry nextToExpire() {
    while (!expiring.isEmpty() && expiring.first().deliveredTo != null) {
      expiring.pollFirst();
    }
    return expiring.isEmpty() ? null : expiring.first();
  }
}
