package stripebridge.service.inbox;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.InboxEntry;

/// Entries that were committed lately and that nobody has claimed, oldest first, so that in the
/// ordinary course of things nothing is read back from the file. Bounded in entries and bytes.
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
  /// @return false when there is no room for it
  boolean add(InboxEntry entry) {
    if (entries.size() >= entriesMax || bytes >= BYTES_MAX) {
      return false;
    }
    entries.add(entry);
    bytes += entry.event().body().length;
    return true;
  }

  /// Takes the oldest entry out; null when there is none.
  @Nullable InboxEntry poll() {
    InboxEntry entry = entries.poll();
    if (entry != null) {
      bytes -= entry.event().body().length;
    }
    return entry;
  }

  /// Takes all of them out.
  void clear() {
    entries.clear();
    bytes = 0;
  }

  /// Takes one entry out, if it is in here.
  void remove(long sequence) {
    entries.removeIf(entry -> {
      boolean isIt = entry.sequence() == sequence;
      bytes -= isIt ? entry.event().body().length : 0;
      return isIt;
    });
  }
}
