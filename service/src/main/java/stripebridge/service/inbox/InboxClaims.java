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

/// Decides which entries may be claimed. It is updated with each commit, in the order of commits.
/// It has no SQL, no clock and no lock, so that a test can play any order of events.
///
/// A *free* entry waits, has no date and is not held. Four rules make the claims correct:
///
/// - **An entry can be claimed only after this was updated with its commit.** Free entries are read
///   from the file up to the last such commit, never beyond. The file shows a commit before this is
///   updated; an entry claimed from there would be claimed once more after the update.
/// - **Claim first, read afterwards.** A query only proposes sequences. Those that nobody has are
///   claimed, and only then their rows are read: from then on nobody changes them. If a row no
///   longer matches the query, its claim ends.
/// - **Every free entry up to the cursor is claimed, taken or returned.** Nothing below the cursor
///   is looked for in the file again.
/// - **A released entry goes back to where it was.** Only a free entry is returned; a dated or held
///   one is found again by its date or its topic.
///
/// Not thread-safe.
final class InboxClaims {
  /// Where the next free entries are.
  sealed interface Fresh {
    /// In the heap; they are claimed now.
    record Recent(List<InboxEntry> entries) implements Fresh {}

    /// In the file: those with `after < sequence <= upTo`.
    ///
    /// @param pass which pass over the file this is part of
    record Stored(long after, long upTo, long pass) implements Fresh {}
  }

  /// Claimed and not settled, or about to be returned by `claim`.
  private final Set<Long> claimed = new HashSet<>();

  /// Claimed entries that are being settled.
  private final Set<Long> settling = new HashSet<>();

  /// Entries of the transaction of an operator or a repair, and whether they were free before.
  private final Map<Long, Boolean> taken = new HashMap<>();

  /// Released free entries. One beyond the cursor waits for the cursor, so that it does not
  /// overtake the entries before it.
  private final TreeSet<Long> returned = new TreeSet<>();

  /// Entries committed after `storedUpTo`, as far as they fit.
  private final RecentEntries recent;

  private boolean isRecentComplete = true;

  /// How often the file has been read from its beginning.
  private long pass;

  /// Free entries up to this sequence have been considered.
  private long cursor;

  /// Free entries up to this sequence are read from the file.
  private long storedUpTo;

  /// The highest sequence that this was updated with.
  private long lastCommitted;

  private long dateChanges;
  private long waiting;
  private long parked;

  /// @param lastCommitted the highest sequence in the file
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

  // ---- Commits

  /// A new entry is in the file. Called in the order of sequences.
  void appended(InboxEntry entry) {
    lastCommitted = entry.sequence();
    waiting++;
    if (isRecentComplete) {
      isRecentComplete = recent.add(entry);
    }
  }

  /// A new entry is in the file, and parked from the start. Called in the order of sequences.
  void appendedParked(long sequence) {
    lastCommitted = sequence;
    parked++;
    // It may be retried and released before the cursor gets here. So the entries from here on are
    // read from the file, which has it in its order.
    isRecentComplete = false;
  }

  /// Settlements are about to be written.
  ///
  /// @return those of claimed entries that no other caller is settling
  List<Settlement> beginSettling(Collection<? extends Settlement> settlements) {
    List<Settlement> ours = new ArrayList<>();
    for (Settlement settlement : settlements) {
      if (claimed.contains(settlement.sequence()) && settling.add(settlement.sequence())) {
        ours.add(settlement);
      }
    }
    return ours;
  }

  /// The settlements were not written: their entries are still claimed.
  void settlingFailed(List<Settlement> ours) {
    ours.forEach(settlement -> settling.remove(settlement.sequence()));
  }

  /// The settlements are in the file.
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
        case Settlement.Refused _, Settlement.RefusedAndHeld _, Settlement.Held _ -> dateChanges++;
      }
    }
  }

  // ---- Requests of operators, and repairs

  /// Keeps an entry from being claimed during an operator's transaction.
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

  /// The operator's transaction is committed. Entries that it took and did not change can be
  /// claimed again.
  void changed(List<OperatorRequests.Changed> changes) {
    changes.forEach(change -> taken.remove(change.sequence()));
    changeFailed();
    dateChanges++;
    for (OperatorRequests.Changed change : changes) {
      count(change.from(), -1);
      count(change.to(), 1);
      if (change.to() == EntryState.DISCARDED) {
        recent.remove(change.sequence());
        returned.remove(change.sequence());
      }
    }
  }

  /// A repair is committed: it has parked the taken entries as damaged and rebuilt the indexes.
  /// These may have entries that they missed before, so the file is read from its beginning again.
  ///
  /// @param moreWaiting and `moreParked`: the change of the counts in the file; the state of a
  ///   damaged row does not show how it was counted before
  /// @param settled of claimed entries, whose changes are in these counts
  void repaired(
      Collection<Long> sequences,
      Collection<Settlement> settled,
      long moreWaiting,
      long moreParked) {
    for (long sequence : sequences) {
      // Entries taken by other work of the same batch stay taken until its own update.
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
    dateChanges++;
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

  /// The transaction of an operator or a repair was rolled back.
  void changeFailed() {
    taken.forEach((sequence, isFree) -> {
      if (isFree) {
        returned.add(sequence);
      }
    });
    taken.clear();
  }

  // ---- Claims

  /// Claims returned entries up to the cursor.
  List<Long> claimReturned(int max) {
    List<Long> ours = new ArrayList<>();
    while (ours.size() < max && !returned.isEmpty() && returned.getFirst() <= cursor) {
      long sequence = returned.removeFirst();
      // An entry that was claimed by its date meanwhile is returned again when it is released.
      if (claimed.add(sequence)) {
        ours.add(sequence);
      }
    }
    return ours;
  }

  /// Claims the next free entries in the heap, or says where in the file to look.
  Fresh nextFresh(int max) {
    if (cursor >= storedUpTo && recent.isEmpty() && !isRecentComplete) {
      // Entries that did not fit are read from the file; new ones are kept in the heap again.
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
  /// @param isAll whether the range has no more
  List<Long> claimStored(Fresh.Stored range, List<Long> found, boolean isAll) {
    List<Long> ours = claimFound(found, Integer.MAX_VALUE);
    ours.forEach(returned::remove);
    if (range.pass() == pass) {
      cursor = isAll ? range.upTo() : found.getLast();
    }
    return ours;
  }

  /// Claims entries that were found by their date or their topic. An entry that was released since
  /// it was found stays returned, and its row shows that.
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

  /// Returns claimed free entries that could not be read.
  void returnFree(Collection<Long> ours) {
    unclaim(ours);
    returned.addAll(ours);
  }

  /// Ends the claims of dated or held entries that could not be read, or of any entry whose row
  /// changed before it was claimed. They are found again by their date or topic.
  void unclaim(Collection<Long> ours) {
    ours.forEach(claimed::remove);
  }

  // ---- Counts

  /// How many commits may have given an entry a date. As long as it stays the same, the earliest
  /// date in the file does not become earlier.
  long dateChanges() {
    return dateChanges;
  }

  /// Dates were brought forward.
  void datesChanged() {
    dateChanges++;
  }

  int claimedOrTaken() {
    return claimed.size() + taken.size();
  }

  /// Waiting entries, claimed ones included.
  long waiting() {
    return waiting;
  }

  long parked() {
    return parked;
  }
}
