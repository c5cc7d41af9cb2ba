package stripebridge.service.inbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import stripebridge.core.inbox.InboxException;

/// Checks in the background each row that existed when the inbox was opened. An entry whose state
/// is damaged, or that is missing from an index, is never claimed, and the event would be a
/// duplicate forever.
///
/// It reads the table itself, and looks up each waiting entry in the indexes. It checks ranges of
/// sequences, so that an unreadable page affects only its own range. After each range it pauses for
/// as long as the range took, so that it uses half a processor at most and delays no checkpoint.
final class RowCheck implements AutoCloseable {
  private static final int RANGE = 500;

  // In one transaction; the next one repairs the rest.
  private static final int REPAIRED_AT_ONCE = 1_000;

  private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

  private static final String ROWS =
      "SELECT " + StoredRow.COLUMNS + " FROM entry NOT INDEXED WHERE sequence BETWEEN ? AND ?";
  private static final String WAITING = " INDEXED BY waiting WHERE state = 'waiting' AND sequence";
  private static final List<String> NEXT =
      List.of(
          "SELECT min(sequence) FROM entry NOT INDEXED WHERE sequence > ?",
          // On a page, SQLite stops at a sequence that is too high: a damaged one hides the rows
          // behind it from a query of a range.
          "SELECT min(sequence) FROM entry" + WAITING + " > ?");
  private static final String WAITING_INDEX =
      "SELECT sequence FROM entry" + WAITING + " BETWEEN ? AND ?";
  private static final String DUE_INDEX =
      "SELECT sequence FROM entry INDEXED BY due"
          + " WHERE state = 'waiting' AND due_at > 0 AND due_at = ? AND sequence = ?";
  private static final String HELD_INDEX =
      "SELECT sequence FROM entry INDEXED BY held WHERE held = ? AND sequence = ?";
  private static final String PARKED_INDEX =
      "SELECT sequence FROM entry INDEXED BY parked WHERE state = 'parked' AND sequence = ?";
  private static final String ID_INDEX =
      "SELECT sequence FROM entry INDEXED BY entry_id"
          + " WHERE event_id = ? AND copy = ? AND sequence = ?";

  // By the index alone: the rows are missing.
  private static final String IDS = "SELECT sequence, event_id FROM entry INDEXED BY entry_id";

  private final Connection connection;
  private final Statements queries;
  private final long last;
  private final Repairs repairs;
  private final InboxObserver observer;
  private final Thread thread;
  private volatile boolean isClosed;

  // The following fields are used by the thread only.
  private final List<Long> damaged = new ArrayList<>();
  private final List<Long> unlisted = new ArrayList<>();
  private final Set<Long> lost = new LinkedHashSet<>();
  private long rows;
  private long damagedRows;

  // Sequences of the current range that cannot be read.
  private final Set<Long> unreadable = new HashSet<>();
  private String unreadableWhy = "";

  /// Repairs and reports what the check finds.
  interface Repairs {
    /// Parks the rows that are still damaged and not claimed, and adds rows to the indexes that
    /// miss them.
    void repair(List<Long> damaged, List<Long> unlisted) throws InboxException;

    /// Reports a waiting entry that an index has and whose row cannot be found.
    ///
    /// @param eventId empty when no index has it either
    void lost(long sequence, String eventId);
  }

  private RowCheck(Connection connection, long last, Repairs repairs, InboxObserver observer) {
    this.connection = connection;
    this.queries = new Statements(connection);
    this.last = last;
    this.repairs = repairs;
    this.observer = observer;
    thread = Thread.ofPlatform().daemon().name("inbox-check").unstarted(this::run);
  }

  /// @param connection for the check alone, which closes it
  /// @param last the highest sequence to check
  static RowCheck start(Connection connection, long last, Repairs repairs, InboxObserver observer) {
    RowCheck check = new RowCheck(connection, last, repairs, observer);
    check.thread.start();
    return check;
  }

  private void run() {
    try (connection) {
      long next = next(Long.MIN_VALUE);
      boolean isRepaired = false;
      while (next <= last && !isClosed) {
        long begun = System.nanoTime();
        long end = Math.min(last, next + RANGE - 1);
        check(next, end);
        next = next(end);
        LockSupport.parkNanos(System.nanoTime() - begun);
        int found = damaged.size() + unlisted.size();
        // The first one at once: the settlement of an entry that an index misses fails.
        if (found >= (isRepaired ? REPAIRED_AT_ONCE : 1)) {
          repair();
          isRepaired = true;
        }
      }
      repair();
      reportLost();
      if (!isClosed) {
        if (!unreadableWhy.isEmpty()) {
          observer.checkFailed("some rows cannot be read: " + unreadableWhy);
        }
        observer.checked(rows, damagedRows);
      }
    } catch (SQLException | RuntimeException | Error e) {
      if (!isClosed) {
        observer.checkFailed(String.valueOf(e.getMessage()));
      }
    }
  }

  private void reportLost() {
    if (lost.isEmpty() || isClosed) {
      return;
    }
    Map<Long, String> ids = new HashMap<>();
    try (ResultSet row = queries.of(IDS).executeQuery()) {
      while (row.next() && ids.size() < lost.size()) {
        if (lost.contains(row.getLong(1))) {
          ids.put(row.getLong(1), String.valueOf(row.getString(2)));
        }
      }
    } catch (SQLException _) {
      queries.clear(); // Only their sequences are known then.
    }
    for (long sequence : lost) {
      repairs.lost(sequence, ids.getOrDefault(sequence, ""));
    }
  }

  /// The next sequence after this one; beyond the last if no more exist.
  private long next(long after) throws SQLException {
    long next = Long.MAX_VALUE;
    for (String query : NEXT) {
      try {
        PreparedStatement statement = queries.of(query);
        statement.setLong(1, after);
        try (ResultSet row = statement.executeQuery()) {
          long found = row.next() ? row.getLong(1) : 0;
          next = row.wasNull() ? next : Math.min(next, found);
        }
      } catch (SQLException e) {
        throwUnlessDamaged(e);
        next = Math.min(next, Math.max(after, 0) + 1);
      }
    }
    return next;
  }

  /// A failed statement cannot be used again.
  private void throwUnlessDamaged(SQLException e) throws SQLException {
    queries.clear();
    if (!SqliteFailure.isDamaged(e)) {
      throw e;
    }
  }

  /// In one transaction, so that it sees rows and indexes of the same moment.
  private void check(long first, long end) throws SQLException {
    queries.run("BEGIN");
    try {
      unreadable.clear();
      Set<Long> listed = waitingIndex(first, end);
      List<StoredRow> found = read(first, end);
      Set<Long> hidden = new HashSet<>(listed);
      found.forEach(row -> hidden.remove(row.sequence()));
      for (long sequence : hidden) {
        List<StoredRow> row = unreadable.contains(sequence) ? List.of() : read(sequence, sequence);
        found.addAll(row);
        if (row.isEmpty()) {
          lost.add(sequence);
        }
      }
      for (StoredRow row : found) {
        rows++;
        if (row.damage().isPresent()) {
          damaged.add(row.sequence());
        } else if (!isListed(row, listed)) {
          unlisted.add(row.sequence());
        }
      }
    } finally {
      rollBack();
    }
  }

  private void rollBack() {
    try {
      queries.run("ROLLBACK");
    } catch (SQLException _) {
      // It only read, and a damaged page may have ended the transaction already.
    }
  }

  private List<StoredRow> read(long first, long end) throws SQLException {
    try {
      return query(first, end);
    } catch (SQLException e) {
      throwUnlessDamaged(e);
    }
    List<StoredRow> found = new ArrayList<>();
    for (long sequence = first; sequence <= end && !isClosed; sequence++) {
      try {
        found.addAll(query(sequence, sequence));
      } catch (SQLException e) {
        throwUnlessDamaged(e);
        unreadable.add(sequence);
        unreadableWhy = String.valueOf(e.getMessage());
      }
    }
    return found;
  }

  private List<StoredRow> query(long first, long end) throws SQLException {
    List<StoredRow> found = new ArrayList<>();
    PreparedStatement query = queries.of(ROWS);
    query.setLong(1, first);
    query.setLong(2, end);
    try (ResultSet row = query.executeQuery()) {
      while (row.next()) {
        found.add(StoredRow.read(row));
      }
    }
    return found;
  }

  private Set<Long> waitingIndex(long first, long end) throws SQLException {
    Set<Long> listed = new HashSet<>();
    try {
      PreparedStatement query = queries.of(WAITING_INDEX);
      query.setLong(1, first);
      query.setLong(2, end);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          listed.add(row.getLong(1));
        }
      }
    } catch (SQLException e) {
      throwUnlessDamaged(e);
    }
    return listed;
  }

  /// Whether all indexes that matter have the row. The index `published` is not checked: ids that
  /// it misses are only remembered for longer.
  private boolean isListed(StoredRow row, Set<Long> waiting) throws SQLException {
    EntryStatus status = row.status();
    if (!isIn(ID_INDEX, row.eventId(), row.copy(), row.sequence())) {
      return false;
    }
    if (status.state().equals(EntryStatus.WAITING)) {
      return waiting.contains(row.sequence())
          && (status.dueAt() == 0 || isIn(DUE_INDEX, status.dueAt(), row.sequence()))
          && (status.held() == null || isIn(HELD_INDEX, status.held(), row.sequence()));
    }
    return status.isFinished() || isIn(PARKED_INDEX, row.sequence());
  }

  private boolean isIn(String index, Object... values) throws SQLException {
    try {
      PreparedStatement query = queries.of(index);
      for (int i = 0; i < values.length; i++) {
        query.setObject(i + 1, values[i]);
      }
      try (ResultSet found = query.executeQuery()) {
        return found.next();
      }
    } catch (SQLException e) {
      throwUnlessDamaged(e);
      return false;
    }
  }

  /// Retries until it works: the disk may be full.
  private void repair() {
    boolean isFailing = false;
    while (damaged.size() + unlisted.size() > 0 && !isClosed) {
      try {
        repairs.repair(List.copyOf(damaged), List.copyOf(unlisted));
        damagedRows += damaged.size();
        damaged.clear();
        unlisted.clear();
      } catch (InboxException e) {
        if (!isFailing) {
          observer.checkFailed(String.valueOf(e.getMessage()));
        }
        isFailing = true;
        LockSupport.parkNanos(RETRY_INTERVAL.toNanos());
      }
    }
  }

  /// Stops the check, even if it is not complete.
  @Override
  public void close() {
    isClosed = true;
    LockSupport.unpark(thread);
    Threads.joinUninterruptibly(thread);
  }
}
