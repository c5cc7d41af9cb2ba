package stripebridge.service.inbox;

import java.util.ArrayDeque;
import java.util.List;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxEntry;

/// The entries that were committed last and that nobody has claimed, so that in the ordinary course
/// of things nothing is read back from the file. Bounded: when who claims falls behind, it ends,
/// and begins anew once they have caught up by reading.
///
/// Not thread-safe.
final class Tail {
  private static final int ENTRIES_MAX = 4_096;
  // An eighth of a small heap: others want some too.
  private static final long BYTES_MAX = Math.min(32L << 20, Runtime.getRuntime().maxMemory() / 8);

  private final ArrayDeque<InboxEntry> entries = new ArrayDeque<>();
  private long bytes;

  /// Whether everything after what was claimed is in here.
  private boolean isWhole = true;

  /// The last entry that was committed without being added.
  private long lastMissed;

  void breakOff(long sequence) {
    isWhole = false;
    lastMissed = sequence;
  }

  boolean isWhole() {
    return isWhole;
  }

  /// Takes a committed entry, in the order of sequences.
  void add(InboxEntry entry) {
    if (isWhole && entries.size() < ENTRIES_MAX && bytes < BYTES_MAX) {
      entries.add(entry);
      bytes += entry.event().body().length;
    } else {
      breakOff(entry.sequence());
    }
  }

  /// Takes out one entry, if it is in here.
  void remove(long sequence) {
    entries.removeIf(entry -> {
      boolean isIt = entry.sequence() == sequence;
      bytes -= isIt ? entry.event().body().length : 0;
      return isIt;
    });
  }

  /// Moves entries out.
  ///
  /// @return the sequence of the last one; 0 when there was none
  long take(int max, List<Claim> into) {
    long last = 0;
    for (int i = 0; i < max && !entries.isEmpty(); i++) {
      InboxEntry entry = entries.poll();
      bytes -= entry.event().body().length;
      into.add(new Claim.Intact(entry));
      last = entry.sequence();
    }
    return last;
  }

  /// Begins anew, for what is committed from now on. Called when the file was found to hold nothing
  /// more to claim: what was missed is then claimed, settled, held or due later.
  ///
  /// @return the last sequence that this covers
  long beginAnew() {
    isWhole = true;
    return lastMissed;
  }
}
