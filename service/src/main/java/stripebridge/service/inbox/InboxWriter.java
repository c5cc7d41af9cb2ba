package stripebridge.service.inbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.InboxException;

/// The one thread that writes. It takes everything that waits, makes one transaction of it, and
/// tells all who wait once that is on the disk.
final class InboxWriter implements AutoCloseable {
  /// Enough for a burst of callers; more of them wait to enter.
  private static final int WAITING_MAX = 4_096;

  // An operator waits for it.
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(300);

  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);
  private static final int SWEPT_AT_ONCE = 500;
  private static final int PAGES_FREED_AT_ONCE = 256;

  private final BlockingQueue<Job<?>> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final InboxFile file;
  private final InstantSource clock;
  private final Duration idMemory;
  private final Connection connection;
  private final Statements statements;
  private final Thread thread;
  private final Work<?> requests;
  private final DiskGuard disk;
  private volatile boolean isClosed;

  /// Of the thread's own: what SQLite says of commits by others.
  private long versionSeen = -1;

  /// What is written within a transaction, and what happens once that is committed.
  interface Work<T> {
    /// Writes.
    T write(Statements statements) throws SQLException;

    /// Runs on the writer's thread, after the commit and before who waits hears of it.
    default void committed(T result) {}

    /// Whether the disk's reserve is for this, and not only its ordinary room.
    default boolean isUrgent() {
      return false;
    }

    /// Runs in its place when nothing was committed.
    default void rolledBack() {}
  }

  private record Job<T>(Work<T> work, CompletableFuture<T> done) {
    /// The result when the transaction is committed.
    Runnable run(Statements statements) throws SQLException {
      T result = work.write(statements);
      return () -> {
        work.committed(result);
        done.complete(result);
      };
    }
  }

  /// @param requests does what operators have asked for; runs whenever another connection has
  ///   committed something
  InboxWriter(
      InboxFile file, InstantSource clock, Duration idMemory, Work<?> requests, DiskGuard disk)
      throws SQLException {
    this.disk = disk;
    this.file = file;
    this.requests = requests;
    this.clock = clock;
    this.idMemory = idMemory;
    connection = file.connectToWrite();
    statements = new Statements(connection);
    thread = Thread.ofPlatform().name("inbox-writer").start(this::run);
  }

  Connection connection() {
    return connection;
  }

  /// Writes and waits until it is on the disk.
  ///
  /// @throws InboxException.Unavailable when it is not
  <T> T write(Work<T> work) throws InboxException {
    Job<T> job = new Job<>(work, new CompletableFuture<>());
    try {
      if (isClosed) {
        throw closed();
      }
      waiting.put(job);
      if (isClosed && waiting.remove(job)) {
        throw closed();
      }
      return job.done().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InboxException.Unavailable("interrupted while storing in '" + file + "'", e);
    } catch (ExecutionException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw new InboxException.Unavailable(
          "cannot store in '" + file + "': " + why.getMessage(), why);
    }
  }

  private InboxException closed() {
    return new InboxException.Unavailable("the inbox '" + file + "' is closed", null);
  }

  private void run() {
    List<Job<?>> batch = new ArrayList<>();
    long nextSweep = System.nanoTime();
    try {
      while (!isClosed || !waiting.isEmpty()) {
        Job<?> first = waiting.poll(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          waiting.drainTo(batch);
          write(batch);
          batch.clear();
        }
        if (isChangedByOthers()) {
          Job<?> asked = new Job<>(requests, new CompletableFuture<>());
          write(List.of(asked));
          if (asked.done().isCompletedExceptionally()) {
            // They were promised an answer: looked at again, without another commit by others.
            versionSeen = -1;
          }
        }
        if (System.nanoTime() - nextSweep > 0) {
          // Straight on while there is more to sweep and nobody waits.
          boolean more = sweep() && waiting.isEmpty();
          nextSweep = System.nanoTime() + (more ? 0 : SWEEP_INTERVAL.toNanos());
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      isClosed = true;
      for (Job<?> job = waiting.poll(); job != null; job = waiting.poll()) {
        job.done().completeExceptionally(new SQLException("the inbox is closed"));
      }
      try {
        connection.close();
      } catch (SQLException _) {
        // Everything that was promised is committed.
      }
    }
  }

  /// All or none: a failure tells each of them that nothing was stored. What is urgent is written
  /// without the others when the disk was full and there is a reserve.
  private void write(List<Job<?>> batch) {
    SQLException failure = tryToWrite(batch);
    List<Job<?>> urgent = batch.stream().filter(job -> job.work().isUrgent()).toList();
    if (failure != null && !urgent.isEmpty() && disk.makesRoomFor(failure)) {
      SQLException again = tryToWrite(urgent);
      failure = again == null ? failure : again;
    }
    if (failure != null) {
      for (Job<?> job : batch) {
        job.done().completeExceptionally(failure); // Unless it is done.
      }
    }
  }

  /// @return why nothing was committed; those who wait have not heard of it then
  private @Nullable SQLException tryToWrite(List<Job<?>> batch) {
    List<Runnable> afterwards = new ArrayList<>(batch.size());
    try {
      execute("BEGIN IMMEDIATE");
      for (Job<?> job : batch) {
        afterwards.add(job.run(statements));
      }
      execute("COMMIT");
    } catch (SQLException | RuntimeException e) {
      rollBack();
      batch.forEach(job -> job.work().rolledBack());
      return e instanceof SQLException sql ? sql : new SQLException(e);
    }
    afterwards.forEach(Runnable::run);
    return null;
  }

  /// By hand: the driver's own transactions do not notice that SQLite ends one by itself, as it
  /// does when the disk is full.
  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void rollBack() {
    statements.clear();
    try {
      execute("ROLLBACK");
    } catch (SQLException _) {
      // SQLite has rolled back by itself; the next transaction shows whether all is well.
    }
  }

  /// Nobody but operators writes to the file beside this thread.
  private boolean isChangedByOthers() {
    try (ResultSet row = statements.of("PRAGMA data_version").executeQuery()) {
      long version = row.next() ? row.getLong(1) : versionSeen;
      boolean isChanged = version != versionSeen;
      versionSeen = version;
      return isChanged;
    } catch (SQLException _) {
      statements.clear();
      return false;
    }
  }

  /// Forgets ids that have been remembered for long enough, a few at a time.
  ///
  /// @return whether there may be more
  private boolean sweep() {
    long before = clock.instant().minus(idMemory).toEpochMilli();
    try (Statement vacuum = connection.createStatement()) {
      PreparedStatement forget =
          statements.of(
              """
              DELETE FROM entry WHERE sequence IN (
                SELECT sequence FROM entry
                WHERE state IN ('published', 'discarded') AND settled_at < ? LIMIT ?)
              """);
      forget.setLong(1, before);
      forget.setInt(2, SWEPT_AT_ONCE);
      int forgotten = forget.executeUpdate();
      boolean isShort = disk.outage().isPresent();
      boolean mayFree = forgotten > 0 || isShort;
      boolean hasFreed = mayFree && free(vacuum);
      if (isShort) {
        // The file gets shorter when what was freed is no longer in the log only.
        try (ResultSet row = vacuum.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
          row.next();
        }
      }
      return forgotten == SWEPT_AT_ONCE || (isShort && hasFreed);
    } catch (SQLException _) {
      // It is tried again; whether the disk is full is told to who has something to store.
      statements.clear();
      return false;
    }
  }

  /// @return whether there was something to free
  private static boolean free(Statement vacuum) throws SQLException {
    try (ResultSet pages = vacuum.executeQuery("PRAGMA freelist_count")) {
      if (!pages.next() || pages.getLong(1) == 0) {
        return false;
      }
    }
    try (ResultSet freed =
        vacuum.executeQuery("PRAGMA incremental_vacuum(" + PAGES_FREED_AT_ONCE + ")")) {
      while (freed.next()) {}
    }
    return true;
  }

  /// Writes what waits, and ends.
  @Override
  public void close() {
    isClosed = true;
    // Wakes the thread; with a full queue it is awake.
    var _ = waiting.offer(new Job<>(_ -> "", new CompletableFuture<>()));
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

  /// A value of one row, for the start.
  static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }
}
