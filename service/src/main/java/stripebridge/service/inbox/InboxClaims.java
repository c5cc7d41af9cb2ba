package stripebridge.service.inbox;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.Settlement;

/// Decides who may have which entry. It is told what was committed, in the order of the commits,
/// and says which entries are next. It has no SQL, no clock and no lock, so that a test can play
/// any order of events.
///
/// Entries of the file that are waiting, undated and not held are *free*. The claims rest on four
/// rules:
///
/// - **An entry is free to be claimed only once this was told of its commit.** Free entries are
///   read from the file up to the last commit that was told, never beyond. The file shows a commit
///   before this hears of it; an entry taken from there would be given out once more when it does.
/// - **Claimed first, read afterwards.** A query only proposes sequences. What nobody has becomes
///   claimed, and only then its row is read: from then on nobody changes it. A row that is not what
///   the query said any more is let go again.
/// - **Every free entry up to the cursor is claimed, taken or returned.** Nothing below the cursor
///   is looked for in the file again.
/// - **What is given back goes where it was.** Only a free entry is returned; a dated or held one
///   is found again by its date or its topic.
///
/// Not thread-safe.
final class InboxClaims {
  /// Where the next free entries are.
  sealed interface Fresh {
    /// These; they are claimed now.
    record Recent(List<InboxEntry> entries) implements Fresh {}

    /// In the file: those with `after < sequence <= upTo`.
    ///
    /// @param turn which reading of the file from its beginning this is part of
    record Stored(long after, long upTo, long pass) implements Fresh {}
  }

  /// Given out and not settled, or about to be given out.
  private final Set<Long> claimed = new HashSet<>();

  /// Those of them whose settlement is being written.
  private final Set<Long> settling = new HashSet<>();

  /// What an operator's transaction works on, and whether it was free before.
  private final Map<Long, Boolean> taken = new HashMap<>();

  /// Free entries that were given back. One beyond the cursor waits for the cursor, so that it does
  /// not overtake the entries before it.
  private final TreeSet<Long> returned = new TreeSet<>();

  /// What was committed after `storedUpTo`, as far as there was room.
  private final RecentEntries recent;

  private boolean isRecentComplete = true;

  /// How often the file is read from its beginning.
  private long pass;

  /// Up to which sequence free entries have been looked at.
  private long cursor;

  /// Up to which sequence they are to be read from the file.
  private long storedUpTo;

  /// The last sequence whose commit was told.
  private long lastCommitted;

  private long waiting;
  private long parked;

  /// @param lastCommitted the highest sequence of the file
  /// @param waiting how many entries wait in it
  /// @param parked how many are parked in it
  /// @param recentMax how many committed entries to keep for the claimer
  InboxClaims(long lastCommitted, long waiting, long parked, int recentMax) {
    this.lastCommitted = lastCommitted;
    this.storedUpTo = lastCommitted;
    this.waiting = waiting;
    this.parked = parked;
    this.recent = new RecentEntries(recentMax);
  }

  // ---- What was committed

  /// A new entry is in the file; in the order of sequences.
  void appended(InboxEntry entry) {
    lastCommitted = entry.sequence();
    waiting++;
    if (isRecentComplete) {
      isRecentComplete = recent.add(entry);
    }
  }

  /// A new entry is in the file, and parked from the beginning; in the order of sequences.
  void appendedParked(long sequence) {
    lastCommitted = sequence;
    parked++;
    // It may be retried and given back before the cursor gets here. The entries from here on are
    // read from the file, where it has its place among them.
    isRecentComplete = false;
  }

  /// Settlements are about to be written.
  ///
  /// @return those of claimed entries that nobody else settles
  List<Settlement> beginSettling(Collection<? extends Settlement> settlements) {
    List<Settlement> ours = new ArrayList<>();
    for (Settlement settlement : settlements) {
      if (claimed.contains(settlement.sequence()) && settling.add(settlement.sequence())) {
        ours.add(settlement);
      }
    }
    return ours;
  }

  /// They were not written: their entries are still claimed.
  void settlingFailed(List<Settlement> ours) {
    ours.forEach(settlement -> settling.remove(settlement.sequence()));
  }

  /// They are in the file.
  void settled(List<Settlement> ours) {
    for (Settlement settlement : ours) {
      long sequence = settlement.sequence();
      settling.remove(sequence);
      claimed.remove(sequence);
      switch (settlement) {
        case Settlement.Published _ -> waiting--;
        case Settlement.Parked _ -> {
          waiting--;
          parked++;
        }
        case Settlement.Released _ -> returned.add(sequence);
        case Settlement.Refused _, Settlement.Held _ -> {}
      }
    }
  }

  // ---- What operators ask for

  /// Keeps an entry from being claimed for as long as an operator's transaction lasts.
  ///
  /// @param isFree whether it is free in the file
  /// @return false when it is claimed
  boolean take(long sequence, boolean isFree) {
    if (claimed.contains(sequence)) {
      return false;
    }
    taken.putIfAbsent(sequence, isFree);
    returned.remove(sequence);
    return true;
  }

  /// The operator's transaction is committed. What it took and did not change goes back.
  void changed(List<OperatorRequests.Changed> changes) {
    changes.forEach(change -> taken.remove(change.sequence()));
    changeFailed();
    for (OperatorRequests.Changed change : changes) {
      count(change.from(), -1);
      count(change.to(), 1);
      if (change.to() == EntryState.DISCARDED) {
        recent.remove(change.sequence());
        returned.remove(change.sequence());
      }
    }
  }

  /// The transaction that has parked taken entries as damaged, and has made the indexes anew, is
  /// committed. They may have entries that they did not have before: the file is read from its
  /// beginning once more.
  ///
  /// @param moreWaiting and `moreParked`: what it has changed in the counts of the file; the state
  ///   of what is damaged does not say how it was counted
  ///
  /// @param settled of claimed entries, whose changes are among these counts
  void repaired(
      Collection<Long> sequences,
      Collection<Settlement> settled,
      long moreWaiting,
      long moreParked) {
    for (long sequence : sequences) {
      // Those of another one in the same batch stay taken until that is told.
      taken.remove(sequence);
    }
    for (Settlement settlement : settled) {
      settling.remove(settlement.sequence());
      claimed.remove(settlement.sequence());
    }
    returned.clear();
    recent.clear();
    isRecentComplete = true;
    cursor = 0;
    storedUpTo = lastCommitted;
    pass++;
    waiting += moreWaiting;
    parked += moreParked;
  }

  private void count(EntryState state, int difference) {
    switch (state) {
      case WAITING -> waiting += difference;
      case PARKED -> parked += difference;
      case PUBLISHED, DISCARDED -> {}
    }
  }

  /// It was rolled back.
  void changeFailed() {
    taken.forEach((sequence, isFree) -> {
      if (isFree) {
        returned.add(sequence);
      }
    });
    taken.clear();
  }

  // ---- What is claimed

  /// Claims free entries that were given back.
  List<Long> claimReturned(int max) {
    List<Long> ours = new ArrayList<>();
    while (ours.size() < max && !returned.isEmpty() && returned.getFirst() <= cursor) {
      long sequence = returned.removeFirst();
      // One that was claimed by its date meanwhile is returned anew when it is given back.
      if (claimed.add(sequence)) {
        ours.add(sequence);
      }
    }
    return ours;
  }

  /// Claims the next free entries that are at hand, or says where they are.
  Fresh nextFresh(int max) {
    if (cursor >= storedUpTo && recent.isEmpty() && !isRecentComplete) {
      // What did not fit is in the file; what comes from now on is kept again.
      storedUpTo = lastCommitted;
      isRecentComplete = true;
    }
    if (cursor < storedUpTo) {
      return new Fresh.Stored(cursor, storedUpTo, pass);
    }
    List<InboxEntry> ours = new ArrayList<>();
    while (ours.size() < max) {
      InboxEntry entry = recent.poll();
      if (entry == null) {
        break;
      }
      cursor = entry.sequence();
      if (claim(entry.sequence())) {
        returned.remove(entry.sequence());
        ours.add(entry);
      }
    }
    return new Fresh.Recent(ours);
  }

  /// Claims free entries that were found in the file.
  ///
  /// @param range where they were looked for
  /// @param found their sequences, ascending
  /// @param isAll whether there are no more in that range
  List<Long> claimStored(Fresh.Stored range, List<Long> found, boolean isAll) {
    List<Long> ours = claimFound(found, Integer.MAX_VALUE);
    ours.forEach(returned::remove);
    if (range.pass() == pass) {
      cursor = isAll ? range.upTo() : found.getLast();
    }
    return ours;
  }

  /// Claims entries that were found by their date or their topic. They may have been given back
  /// since they were found: then they stay returned, and their rows show it.
  List<Long> claimFound(List<Long> found, int max) {
    List<Long> ours = new ArrayList<>();
    for (long sequence : found) {
      if (ours.size() < max && claim(sequence)) {
        ours.add(sequence);
      }
    }
    return ours;
  }

  private boolean claim(long sequence) {
    return !taken.containsKey(sequence) && claimed.add(sequence);
  }

  /// Gives back free entries that could not be read.
  void returnFree(Collection<Long> ours) {
    unclaim(ours);
    returned.addAll(ours);
  }

  /// Gives back dated or held entries that could not be read, or any whose row has changed before
  /// it was claimed: where they are now, they are found.
  void unclaim(Collection<Long> ours) {
    ours.forEach(claimed::remove);
  }

  // ---- How it is

  int claimedOrTaken() {
    return claimed.size() + taken.size();
  }

  /// Entries that are not published yet, claimed ones included.
  long waiting() {
    return waiting;
  }

  long parked() {
    return parked;
  }
}
