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

/// Looks once at each row that was there when the inbox was opened, beside everything else: an
/// entry whose state is damaged, or that an index does not have, is claimed by nobody, and would be
/// a duplicate for ever.
///
/// It reads the table itself, and asks the indexes about each row that waits. It goes by ranges of
/// sequences, so that a page that cannot be read ends nothing but its own range. It waits as long
/// as it works, a range at a time, so that it takes half a processor at most and keeps no
/// checkpoint back.
final class RowCheck implements AutoCloseable {
  private static final int RANGE = 500;

  // Of one transaction; more than these are repaired by the next.
  private static final int REPAIRED_AT_ONCE = 1_000;

  private static final Duration AGAIN = Duration.ofSeconds(1);

  private static final String ROWS =
      "SELECT " + StoredRow.COLUMNS + " FROM entry NOT INDEXED WHERE sequence BETWEEN ? AND ?";
  private static final String WAITING = " INDEXED BY waiting WHERE state = 'waiting' AND sequence";
  private static final List<String> NEXT =
      List.of(
          "SELECT min(sequence) FROM entry NOT INDEXED WHERE sequence > ?",
          // On a page SQLite looks no further than a number that is too high: a damaged one hides
          // the rows behind it from whoever reads a range.
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

  // By the index alone: the rows are what is missing.
  private static final String IDS = "SELECT sequence, event_id FROM entry INDEXED BY entry_id";

  private final Connection connection;
  private final Statements queries;
  private final long last;
  private final Repair repair;
  private final InboxObserver observer;
  private final Thread thread;
  private volatile boolean isClosed;

  // Of the thread's own, all of them.
  private final List<Long> damaged = new ArrayList<>();
  private final List<Long> unlisted = new ArrayList<>();
  private final Set<Long> lost = new LinkedHashSet<>();
  private long rows;
  private long damagedRows;

  // Of one range: numbers at which something is that cannot be read.
  private final Set<Long> unreadable = new HashSet<>();
  private String unreadableWhy = "";

  /// Who can mend rows.
  interface Repair {
    /// Parks those of the rows that are damaged still and that nobody has claimed, and has an index
    /// have those that it does not.
    void repair(List<Long> damaged, List<Long> unlisted) throws InboxException;

    /// Hears of a waiting entry that an index knows and whose row is nowhere to be found.
    ///
    /// @param eventId empty when no index knows that either
    void lost(long sequence, String eventId);
  }

  private RowCheck(Connection connection, long last, Repair repair, InboxObserver observer) {
    this.connection = connection;
    this.queries = new Statements(connection);
    this.last = last;
    this.repair = repair;
    this.observer = observer;
    thread = Thread.ofPlatform().daemon().name("inbox-check").unstarted(this::run);
  }

  /// Begins.
  ///
  /// @param connection its own from now on
  /// @param last the sequence up to which rows are looked at
  static RowCheck start(Connection connection, long last, Repair repair, InboxObserver observer) {
    RowCheck check = new RowCheck(connection, last, repair, observer);
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
        lookAt(next, end);
        next = next(end);
        LockSupport.parkNanos(System.nanoTime() - begun);
        int found = damaged.size() + unlisted.size();
        // The first at once: what an index does not have cannot be marked, for one.
        if (found >= (isRepaired ? REPAIRED_AT_ONCE : 1)) {
          repair();
          isRepaired = true;
        }
      }
      repair();
      tellLost();
      if (!isClosed) {
        if (!unreadableWhy.isEmpty()) {
          observer.checkFailed("some of it cannot be read: " + unreadableWhy);
        }
        observer.checked(rows, damagedRows);
      }
    } catch (SQLException | RuntimeException | Error e) {
      if (!isClosed) {
        observer.checkFailed(String.valueOf(e.getMessage()));
      }
    }
  }

  private void tellLost() {
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
      queries.clear(); // Then only their numbers are known.
    }
    for (long sequence : lost) {
      repair.lost(sequence, ids.getOrDefault(sequence, ""));
    }
  }

  /// The first sequence after this one; beyond the last when there is none.
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

  /// A statement that has failed is of no further use.
  private void throwUnlessDamaged(SQLException e) throws SQLException {
    queries.clear();
    if (!SqliteFailure.isDamaged(e)) {
      throw e;
    }
  }

  /// In one transaction, so that rows and indexes are of one moment.
  private void lookAt(long first, long end) throws SQLException {
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
      end();
    }
  }

  private void end() {
    try {
      queries.run("ROLLBACK");
    } catch (SQLException _) {
      // It was only reading. What a damaged page has ended already cannot be ended again.
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

  /// Whether the indexes by which it is looked for have the row. That of the ids that may be
  /// forgotten is not asked: what it lacks is remembered for longer.
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

  /// Until it can: the disk may be full.
  private void repair() {
    boolean isFailing = false;
    while (damaged.size() + unlisted.size() > 0 && !isClosed) {
      try {
        repair.repair(List.copyOf(damaged), List.copyOf(unlisted));
        damagedRows += damaged.size();
        damaged.clear();
        unlisted.clear();
      } catch (InboxException e) {
        if (!isFailing) {
          observer.checkFailed(String.valueOf(e.getMessage()));
        }
        isFailing = true;
        LockSupport.parkNanos(AGAIN.toNanos());
      }
    }
  }

  /// Ends before it is through.
  @Override
  public void close() {
    isClosed = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
