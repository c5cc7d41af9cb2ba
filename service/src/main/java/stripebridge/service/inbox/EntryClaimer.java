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
import stripebridge.service.inbox.InboxClaims.Fresh;

/// How entries are claimed: what is read in which order, between the decisions of [InboxClaims].
///
/// One caller at a time.
final class EntryClaimer {
  /// What is read from the file. Each answer may be outdated when it arrives.
  interface Rows {
    /// Sequences of entries whose date has come, the oldest date first.
    List<Long> due(int max) throws SQLException;

    /// Sequences of free entries, ascending.
    List<Long> free(long after, long upTo, int max) throws SQLException;

    /// Sequences of what is held behind a topic, ascending.
    List<Long> held(String topic, int max) throws SQLException;

    /// Those among these sequences that are free.
    List<Claim> freeRows(List<Long> sequences) throws SQLException;

    /// The same for sequences that are close together; others between them may be among the rows.
    List<Claim> freeRange(List<Long> sequences) throws SQLException;

    /// Those among these sequences whose date has come.
    List<Claim> dueRows(List<Long> sequences) throws SQLException;

    /// Those among these sequences that are held behind the topic.
    List<Claim> heldRows(String topic, List<Long> sequences) throws SQLException;
  }

  /// Lets a decision be made under the lock that guards the claims.
  interface Guard {
    <T> T decide(Function<InboxClaims, T> decision);
  }

  /// How often to go on behind rows that cannot be read: a page has some 30.
  private static final int TRIES_MAX = 100;

  private final Rows rows;
  private final Guard guard;

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
    // Until there are none: a fresh entry must not overtake one that was given back.
    while (found.size() < max) {
      int room = max - found.size();
      List<Long> ours = guard.decide(claims -> claims.claimReturned(room));
      if (ours.isEmpty()) {
        return;
      }
      free.addAll(ours);
      free.removeAll(keep(ours, rows.freeRows(ours), found));
    }
  }

  private void claimDue(int max, List<Claim> found, Set<Long> dated) throws SQLException {
    int room = max - found.size();
    if (room <= 0) {
      return;
    }
    int before = found.size();
    for (int i = 0; i < TRIES_MAX && found.size() == before; i++) {
      // Those that somebody has are among the due ones too, and take no room.
      int others = guard.decide(InboxClaims::claimedOrTaken);
      List<Long> due = rows.due(room + others);
      List<Long> ours = guard.decide(claims -> claims.claimFound(due, room));
      if (ours.isEmpty()) {
        return;
      }
      dated.addAll(ours);
      dated.removeAll(keep(ours, rows.dueRows(ours), found));
    }
  }

  private void claimFresh(int max, List<Claim> found, Set<Long> free) throws SQLException {
    while (found.size() < max) {
      int room = max - found.size();
      switch (guard.decide(claims -> claims.nextFresh(room))) {
        case Fresh.Recent(var entries) -> {
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
            free.removeAll(keep(ours, rows.freeRange(ours), found));
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

  /// @return absent when nothing is held that nobody has; empty when nothing of it could be read
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
      var _ = keep(ours, rows.heldRows(topic, ours), found);
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

  /// Keeps the rows of claimed entries, and lets those go whose rows are not there any more.
  ///
  /// @return what was let go
  private Set<Long> keep(List<Long> ours, List<Claim> read, List<Claim> found) {
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
