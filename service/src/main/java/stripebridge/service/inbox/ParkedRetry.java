package stripebridge.service.inbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stripebridge.core.inbox.EntryState;

/// The progress of a retry of all parked entries. There may be millions, so each transaction
/// retries only as many as take a moment. An entry that is parked again meanwhile is not retried
/// twice.
///
/// SQLite does not commit a transaction that has met a damaged page. After such a failure, entries
/// are retried one by one up to the failing one, which is skipped.
///
/// @param after the last sequence that was retried or skipped
/// @param count how many were retried
/// @param isAll whether no more are left
record ParkedRetry(long after, long count, Step step, boolean isAll) {
  static final ParkedRetry BEGIN = new ParkedRetry(0, 0, Step.MANY, false);
  private static final int AT_ONCE = 2_000;

  /// What the next transaction does.
  enum Step {
    MANY,
    ONE,
    /// Skips the next entry.
    SKIP
  }

  /// Retries the next entries, in the caller's transaction.
  ///
  /// @param changed receives the changes
  ParkedRetry run(Statements statements, List<OperatorRequests.Changed> changed)
      throws SQLException {
    int max = step == Step.MANY ? AT_ONCE : 1;
    List<Long> parked = parked(statements, max);
    long last = parked.isEmpty() ? after : parked.getLast();
    boolean isLast = parked.size() < max;
    if (step == Step.SKIP) {
      return new ParkedRetry(last, count, Step.MANY, isLast);
    }
    long retried = count;
    for (long sequence : parked) {
      Optional<StoredRow> row = EntryRows.find(statements, sequence);
      // A damaged entry stays parked: it would publish something else than was stored.
      boolean isParked =
          row.isPresent()
              && row.get().damage().isEmpty()
              && row.get().status().state().equals(StateText.of(EntryState.PARKED));
      if (isParked) {
        EntryRows.update(statements, row.get(), EntryStatus.RETRIED);
        changed.add(new OperatorRequests.Changed(sequence, EntryState.PARKED, EntryState.WAITING));
        retried++;
      }
    }
    return new ParkedRetry(last, retried, step, isLast);
  }

  private List<Long> parked(Statements statements, int max) throws SQLException {
    List<Long> parked = new ArrayList<>();
    PreparedStatement query =
        statements.of(
            "SELECT sequence FROM entry INDEXED BY parked WHERE state = 'parked' AND sequence > ?"
                + " ORDER BY sequence LIMIT ?");
    query.setLong(1, after);
    query.setInt(2, max);
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        parked.add(rows.getLong(1));
      }
    }
    return parked;
  }

  /// The progress after a transaction that met a damaged page and was rolled back.
  ParkedRetry failed() {
    return new ParkedRetry(after, count, step == Step.MANY ? Step.ONE : Step.SKIP, false);
  }
}
