package stripebridge.service.inbox;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.service.inbox.InboxClaims.Fresh;

/// Claims entries: reads rows between the decisions of [InboxClaims].
///
/// Not thread-safe.
final class EntryClaimer {
  /// Queries of the file. Each result may be outdated when it returns.
  interface Rows {
    /// The time that dates are compared with, in milliseconds since 1970.
    long now();

    /// The earliest date after this one that a waiting entry has; [#NO_DATE] without one.
    long earliestDate(long after) throws SQLException;

    /// Sequences of due entries, the oldest date first.
    List<Long> due(int max) throws SQLException;

    /// Sequences of free entries, ascending.
    List<Long> free(long after, long upTo, int max) throws SQLException;

    /// Sequences of the entries held behind a topic, ascending.
    List<Long> held(String topic, int max) throws SQLException;

    /// The free ones among these sequences.
    List<Claim> freeRows(List<Long> sequences) throws SQLException;

    /// The same for sequences that are close together; the rows may include others between them.
    List<Claim> freeRange(List<Long> sequences) throws SQLException;

    /// The due ones among these sequences.
    List<Claim> dueRows(List<Long> sequences) throws SQLException;

    /// The ones among these sequences that are held behind the topic.
    List<Claim> heldRows(String topic, List<Long> sequences) throws SQLException;

    /// The same for sequences that are close together; the rows may include others between them.
    List<Claim> heldRange(String topic, List<Long> sequences) throws SQLException;
  }

  /// Makes a decision under the lock that guards the claims.
  interface Guard {
    <T> T decide(Function<InboxClaims, T> decision);
  }

  /// How often to skip unreadable rows and go on: a page has some 30.
  private static final int TRIES_MAX = 100;

  /// Later than all dates.
  static final long NO_DATE = Long.MAX_VALUE;

  private final Rows rows;
  private final Guard guard;

  // The earliest date in the file, unless dates have changed since they were counted.
  private long earliestDate;
  private long dateChangesSeen = -1;

  EntryClaimer(Rows rows, Guard guard) {
    this.rows = rows;
    this.guard = guard;
  }

  /// Claims free and due entries, in the order of their sequence.
  List<Claim> claim(int max) throws SQLException {
    List<Claim> found = new ArrayList<>();
    Set<Long> free = new HashSet<>();
    Set<Long> dated = new HashSet<>();
    boolean isDone = false;
    try {
      claimReturned(max, found, free);
      claimDue(max, found, dated);
      claimFresh(max, found, free);
      found.sort(Comparator.comparingLong(Claim::sequence));
      isDone = true;
      return found;
    } finally {
      if (!isDone) {
        guard.decide(claims -> {
          claims.returnFree(free);
          claims.unclaim(dated);
          return claims;
        });
      }
    }
  }

  private void claimReturned(int max, List<Claim> found, Set<Long> free) throws SQLException {
    // Until none is left: a fresh entry must not overtake a returned one.
    while (found.size() < max) {
      int room = max - found.size();
      List<Long> ours = guard.decide(claims -> claims.claimReturned(room));
      if (ours.isEmpty()) {
        return;
      }
      free.addAll(ours);
      free.removeAll(collect(ours, rows.freeRows(ours), found));
    }
  }

  private void claimDue(int max, List<Claim> found, Set<Long> dated) throws SQLException {
    int room = max - found.size();
    if (room <= 0 || !mayBeDue()) {
      return;
    }
    int before = found.size();
    for (int i = 0; i < TRIES_MAX && found.size() == before; i++) {
      // The query also finds claimed entries, which do not count towards `max`.
      int others = guard.decide(InboxClaims::claimedOrTaken);
      List<Long> due = rows.due(room + others);
      List<Long> ours = guard.decide(claims -> claims.claimFound(due, room));
      if (ours.isEmpty()) {
        return;
      }
      dated.addAll(ours);
      dated.removeAll(collect(ours, rows.dueRows(ours), found));
    }
  }

  /// Asks the file only if a date has changed or has come: usually no entry has one, and there are
  /// thousands of claims a second.
  private boolean mayBeDue() throws SQLException {
    // Counted before the query: a change after that is seen by the next claim.
    long dateChanges = guard.decide(InboxClaims::dateChanges);
    if (dateChanges != dateChangesSeen || earliestDate <= rows.now()) {
      earliestDate = rows.earliestDate(0);
      dateChangesSeen = dateChanges;
    }
    return earliestDate <= rows.now();
  }

  /// The next date that will come, for a caller that has found nothing to claim; [#NO_DATE] without
  /// one.
  long nextDate() throws SQLException {
    return mayBeDue() ? rows.earliestDate(rows.now()) : earliestDate;
  }

  private void claimFresh(int max, List<Claim> found, Set<Long> free) throws SQLException {
    while (found.size() < max) {
      int room = max - found.size();
      switch (guard.decide(claims -> claims.nextFresh(room))) {
        case Fresh.Recent(List<InboxEntry> entries) -> {
          if (entries.isEmpty()) {
            return;
          }
          entries.forEach(entry -> {
            free.add(entry.sequence());
            found.add(new Claim.Intact(entry));
          });
        }
        case Fresh.Stored range -> {
          List<Long> proposed = rows.free(range.after(), range.upTo(), room);
          boolean isAll = proposed.size() < room;
          List<Long> ours = guard.decide(claims -> claims.claimStored(range, proposed, isAll));
          if (!ours.isEmpty()) {
            free.addAll(ours);
            free.removeAll(collect(ours, rows.freeRange(ours), found));
          }
        }
      }
    }
  }

  /// Claims entries that are held behind a topic, in the order of their sequence.
  List<Claim> claimHeld(String topic, int max) throws SQLException {
    List<Claim> found = List.of();
    boolean hasMore = true;
    for (int i = 0; i < TRIES_MAX && hasMore && found.isEmpty(); i++) {
      Optional<List<Claim>> claimed = tryToClaimHeld(topic, max);
      hasMore = claimed.isPresent();
      found = claimed.orElse(List.of());
    }
    return found;
  }

  /// @return absent when all held entries are claimed; empty when none could be read
  private Optional<List<Claim>> tryToClaimHeld(String topic, int max) throws SQLException {
    int others = guard.decide(InboxClaims::claimedOrTaken);
    List<Long> held = rows.held(topic, max + others);
    List<Long> ours = guard.decide(claims -> claims.claimFound(held, max));
    if (ours.isEmpty()) {
      return Optional.empty();
    }
    List<Claim> found = new ArrayList<>();
    boolean isDone = false;
    try {
      int between = held.indexOf(ours.getLast()) - held.indexOf(ours.getFirst());
      List<Claim> read =
          between < 2 * ours.size() ? rows.heldRange(topic, ours) : rows.heldRows(topic, ours);
      Set<Long> _ = collect(ours, read, found);
      found.sort(Comparator.comparingLong(Claim::sequence));
      isDone = true;
      return Optional.of(found);
    } finally {
      if (!isDone) {
        guard.decide(claims -> {
          claims.unclaim(ours);
          return claims;
        });
      }
    }
  }

  /// Collects the rows of claimed entries, and ends the claims whose rows no longer match.
  ///
  /// @return the sequences of the ended claims
  private Set<Long> collect(List<Long> ours, List<Claim> read, List<Claim> found) {
    Set<Long> missing = new HashSet<>(ours);
    for (Claim claim : read) {
      if (missing.remove(claim.sequence())) {
        found.add(claim);
      }
    }
    if (!missing.isEmpty()) {
      guard.decide(claims -> {
        claims.unclaim(missing);
        return claims;
      });
    }
    return missing;
  }
}
