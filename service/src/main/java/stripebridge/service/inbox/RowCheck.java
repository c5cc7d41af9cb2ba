package stripebridge.service.inbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import stripebridge.core.inbox.InboxException;

/// Looks once at each row that was there when the inbox was opened, beside everything else: an
/// entry whose state is damaged is claimed by nobody, and would be a duplicate for ever.
///
/// It reads the table itself and no index. It waits as long as it works, a slice at a time, so that
/// it takes half a processor at most and keeps no checkpoint back.
final class RowCheck implements AutoCloseable {
  private static final int SLICE_ROWS = 500;

  // Of one transaction; more than these are parked by the next.
  private static final int DAMAGED_AT_ONCE = 1_000;

  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Connection connection;
  private final long last;
  private final Parking parking;
  private final InboxObserver observer;
  private final Thread thread;
  private volatile boolean isClosed;

  /// Who can park rows.
  interface Parking {
    /// Parks those of the rows that are damaged still, and that nobody has claimed.
    void park(List<Long> sequences) throws InboxException;
  }

  private RowCheck(Connection connection, long last, Parking parking, InboxObserver observer) {
    this.connection = connection;
    this.last = last;
    this.parking = parking;
    this.observer = observer;
    thread = Thread.ofPlatform().daemon().name("inbox-check").unstarted(this::run);
  }

  /// Begins.
  ///
  /// @param connection its own from now on
  /// @param last the sequence up to which rows are looked at
  static RowCheck start(Connection connection, long last, Parking parking, InboxObserver observer) {
    RowCheck check = new RowCheck(connection, last, parking, observer);
    check.thread.start();
    return check;
  }

  private void run() {
    long rows = 0;
    long damaged = 0;
    List<Long> found = new ArrayList<>();
    try (connection;
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT "
                    + StoredRow.COLUMNS
                    + " FROM entry NOT INDEXED WHERE sequence > ? AND sequence <= ?"
                    + " ORDER BY sequence LIMIT "
                    + SLICE_ROWS)) {
      long after = Long.MIN_VALUE;
      int read = SLICE_ROWS;
      while (read == SLICE_ROWS && !isClosed) {
        long begun = System.nanoTime();
        query.setLong(1, after);
        query.setLong(2, last);
        read = 0;
        try (ResultSet slice = query.executeQuery()) {
          while (slice.next()) {
            read++;
            after = slice.getLong(1);
            if (StoredRow.read(slice).damage().isPresent()) {
              found.add(after);
            }
          }
        }
        rows += read;
        if (found.size() >= DAMAGED_AT_ONCE) {
          damaged += park(found);
        }
        LockSupport.parkNanos(System.nanoTime() - begun);
      }
      if (!isClosed) {
        damaged += park(found);
        observer.checked(rows, damaged);
      }
    } catch (SQLException e) {
      if (!isClosed) {
        observer.checkFailed(String.valueOf(e.getMessage()));
      }
    }
  }

  /// Until it can: the disk may be full.
  private int park(List<Long> found) {
    boolean isFailing = false;
    while (!found.isEmpty() && !isClosed) {
      try {
        parking.park(List.copyOf(found));
        int count = found.size();
        found.clear();
        return count;
      } catch (InboxException e) {
        if (!isFailing) {
          observer.checkFailed(String.valueOf(e.getMessage()));
        }
        isFailing = true;
        LockSupport.parkNanos(AGAIN.toNanos());
      }
    }
    return 0;
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
