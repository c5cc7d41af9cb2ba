package stripebridge.service.inbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stripebridge.core.inbox.EntryState;

/// How far all parked entries are given back: as many in a transaction as nobody waits long for,
/// since there may be millions. One that is parked again meanwhile is not given back twice.
///
/// SQLite commits no transaction that has met a damaged page. After one that failed they go one by
/// one up to the entry that fails, which is passed over.
///
/// @param after up to which sequence they are given back, or passed over
/// @param count how many were given back
/// @param isAll whether there are no more
record ParkedRetry(long after, long count, Step step, boolean isAll) {
  static final ParkedRetry BEGIN = new ParkedRetry(0, 0, Step.MANY, false);
  private static final int AT_ONCE = 2_000;

  /// What the next transaction does.
  enum Step {
    MANY,
    ONE,
    /// The next one is passed over.
    SKIP
  }

  /// The next transaction's part.
  ///
  /// @param changed is told what was changed
  ParkedRetry run(Statements statements, List<OperatorRequests.Changed> changed)
      throws SQLException {
    int most = step == Step.MANY ? AT_ONCE : 1;
    List<Long> parked = parked(statements, most);
    long last = parked.isEmpty() ? after : parked.getLast();
    boolean isLast = parked.size() < most;
    if (step == Step.SKIP) {
      return new ParkedRetry(last, count, Step.MANY, isLast);
    }
    long given = count;
    for (long sequence : parked) {
      Optional<StoredRow> row = EntryRows.find(statements, sequence);
      // What is damaged stays parked: what it would publish is not what was stored.
      boolean isParked =
          row.isPresent()
              && row.get().damage().isEmpty()
              && row.get().status().state().equals(EntryStatus.text(EntryState.PARKED));
      if (isParked) {
        EntryRows.update(statements, row.get(), EntryStatus.RETRIED);
        changed.add(new OperatorRequests.Changed(sequence, EntryState.PARKED, EntryState.WAITING));
        given++;
      }
    }
    return new ParkedRetry(last, given, step, isLast);
  }

  private List<Long> parked(Statements statements, int most) throws SQLException {
    List<Long> parked = new ArrayList<>();
    PreparedStatement query =
        statements.of(
            "SELECT sequence FROM entry INDEXED BY parked WHERE state = 'parked' AND sequence > ?"
                + " ORDER BY sequence LIMIT ?");
    query.setLong(1, after);
    query.setInt(2, most);
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        parked.add(rows.getLong(1));
      }
    }
    return parked;
  }

  /// The transaction has met a damaged page, and nothing of it was written.
  ParkedRetry failed() {
    return new ParkedRetry(after, count, step == Step.MANY ? Step.ONE : Step.SKIP, false);
  }
}
