package stripebridge.service.inbox;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.InboxEntry;

/// Keeps recently committed, unclaimed entries in the heap, oldest first, so that normally none is
/// read back from the file. Bounded in entries and bytes.
///
/// Not thread-safe.
final class RecentEntries {
  // An eighth of a small heap: the relay needs room too.
  private static final long BYTES_MAX = Math.min(32L << 20, Runtime.getRuntime().maxMemory() / 8);

  static final int ENTRIES_MAX = 4_096;

  private final ArrayDeque<InboxEntry> entries = new ArrayDeque<>();
  private final int entriesMax;
  private long bytes;

  RecentEntries(int entriesMax) {
    this.entriesMax = entriesMax;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /// Adds the newest entry.
  ///
  /// @return false when it does not fit
  boolean add(InboxEntry entry) {
    if (entries.size() >= entriesMax || bytes >= BYTES_MAX) {
      return false;
    }
    entries.add(entry);
    bytes += entry.event().body().length;
    return true;
  }

  /// Removes the oldest entry; null when empty.
  @Nullable InboxEntry poll() {
    InboxEntry entry = entries.poll();
    if (entry != null) {
      bytes -= entry.event().body().length;
    }
    return entry;
  }

  void clear() {
    entries.clear();
    bytes = 0;
  }

  /// Does nothing if the entry is not here.
  void remove(long sequence) {
    entries.removeIf(entry -> {
      boolean isIt = entry.sequence() == sequence;
      bytes -= isIt ? entry.event().body().length : 0;
      return isIt;
    });
  }
}
