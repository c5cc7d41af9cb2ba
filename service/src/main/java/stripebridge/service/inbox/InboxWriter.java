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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.InboxException;

/// The one thread that writes. It runs all queued work in one transaction, and wakes the callers
/// once that is on the disk.
///
/// Every caller gets a result, whatever happens. A failed transaction is rolled back and fails its
/// callers; the next one may work. A bug or an `Error` ends the thread: callers whose work was
/// committed still succeed, all others fail, now and later, and [#failure] has the cause.
final class InboxWriter implements AutoCloseable {
  /// Enough for a burst; further callers block until there is room.
  private static final int WAITING_MAX = 4_096;

  // An operator is waiting.
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(300);

  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);
  private static final int SWEPT_AT_ONCE = 500;
  private static final int PAGES_FREED_AT_ONCE = 256;
  private static final int SHRINK_STEPS_AT_ONCE = 10;
  private static final Duration COMPACTION_PAUSE = Duration.ofSeconds(30);

  private final BlockingQueue<Job<?>> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final InboxFile file;
  private final InstantSource clock;
  private final Duration idMemory;
  private final Connection connection;
  private final Statements statements;
  private final Compaction compaction;
  private final Thread thread;
  private final Work<?> requests;
  private final DiskGuard disk;
  private volatile boolean isClosed;
  private volatile @Nullable Throwable failure;

  // The following fields are used by the thread only.

  // SQLite's version of the data, which changes with every commit by another connection.
  private long versionSeen = -1;

  private long nextSweep = System.nanoTime();

  // How many of the oldest ids cannot be forgotten, since their rows are damaged.
  private int notForgotten;

  // Never grows, so that taking a job out of the queue needs no memory: after an OutOfMemoryError
  // there, its caller would wait forever.
  private final List<Job<?>> batch = new ArrayList<>(WAITING_MAX + 1);

  /// What to write in a transaction, and what to do after it.
  interface Work<T> {
    T write(Statements statements) throws SQLException;

    /// Runs on the writer's thread, after the commit and before the caller wakes.
    default void committed(T result) {}

    /// Whether this may use the disk reserve.
    default boolean isUrgent() {
      return false;
    }

    /// Whether more of it is left for another transaction right away.
    default boolean isUnfinished() {
      return false;
    }

    /// Runs instead of [#committed] when nothing was committed.
    default void rolledBack() {}

    default void rolledBack(Throwable why) {
      rolledBack();
    }
  }

  private static final class Job<T> {
    private final Work<T> work;
    private final CompletableFuture<T> done = new CompletableFuture<>();

    // Set in the transaction; the caller gets it only after the commit.
    private @Nullable T result;

    Job(Work<T> work) {
      this.work = work;
    }

    void run(Statements statements) throws SQLException {
      result = work.write(statements);
    }

    void committed() {
      work.committed(Objects.requireNonNull(result, "a committed job has run"));
    }

    void complete() {
      done.complete(result);
    }

    void fail(Throwable why) {
      done.completeExceptionally(why);
    }
  }

  /// @param requests carries out operators' requests; runs whenever another connection has
  ///   committed
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
    compaction = new Compaction(connection, COMPACTION_PAUSE);
    thread = Thread.ofPlatform().name("inbox-writer").start(this::run);
  }

  Connection connection() {
    return connection;
  }

  /// How many callers wait for a transaction.
  int queued() {
    return waiting.size();
  }

  /// Why the thread died, if it did.
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /// Queues work and waits until it is on the disk.
  ///
  /// @throws InboxException.Unavailable when it is not written
  <T> T write(Work<T> work) throws InboxException {
    Job<T> job = new Job<>(work);
    try {
      if (isClosed) {
        throw closed();
      }
      waiting.put(job);
      if (isClosed && waiting.remove(job)) {
        throw closed();
      }
      return job.done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InboxException.Unavailable("interrupted while storing in '" + file + "'", e);
    } catch (ExecutionException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw new InboxException.Unavailable("cannot store in '" + file + "': " + describe(why), why);
    }
  }

  private InboxException closed() {
    Throwable died = failure;
    return new InboxException.Unavailable(
        died == null
            ? "the inbox '" + file + "' is closed"
            : "cannot store in '" + file + "': its writer has died: " + describe(died),
        died);
  }

  private static String describe(Throwable why) {
    return why instanceof SQLException ? String.valueOf(why.getMessage()) : why.toString();
  }

  private void run() {
    try {
      while (!isClosed || !waiting.isEmpty()) {
        runOnce();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      died(e);
    } catch (Throwable e) {
      died(e);
    } finally {
      isClosed = true;
      Throwable why = failure == null ? new SQLException("the inbox is closed") : failure;
      batch.forEach(job -> job.fail(why));
      for (Job<?> job = waiting.poll(); job != null; job = waiting.poll()) {
        job.fail(why);
      }
      try {
        connection.close();
      } catch (SQLException _) {
        // All acknowledged work is committed.
      }
    }
  }

  private void died(Throwable why) {
    if (failure == null) {
      failure = why;
    }
  }

  private void runOnce() throws InterruptedException {
    Job<?> first =
        waiting.poll(requests.isUnfinished() ? 0 : LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    if (first != null) {
      batch.add(first);
      waiting.drainTo(batch);
      write(batch);
      batch.clear();
    }
    if (isChangedByOthers()) {
      Job<?> asked = new Job<>(requests);
      write(List.of(asked));
      if (asked.done.isCompletedExceptionally() || requests.isUnfinished()) {
        // Unanswered requests are left: look again without another commit.
        versionSeen = -1;
      }
    }
    if (System.nanoTime() - nextSweep > 0) {
      // Again at once while there is more to sweep and no caller waits.
      boolean more = sweep() && waiting.isEmpty();
      nextSweep = System.nanoTime() + (more ? 0 : SWEEP_INTERVAL.toNanos());
    }
  }

  /// Writes a batch. If the disk is full, writes the urgent jobs with the reserve. If a job meets a
  /// damaged page, writes each job alone: SQLite does not commit such a transaction.
  private void write(List<Job<?>> batch) {
    Optional<SQLException> failure = tryToWrite(batch);
    if (failure.isEmpty()) {
      return;
    }
    if (SqliteFailure.isDamaged(failure.get())) {
      batch.forEach(job -> write(List.of(job)));
      return;
    }
    Optional<SQLException> full = failure;
    SQLException first = full.get();
    batch.stream().filter(job -> !job.work.isUrgent()).forEach(job -> job.fail(first));
    List<Job<?>> urgent = batch.stream().filter(job -> job.work.isUrgent()).toList();
    while (!urgent.isEmpty() && full.isPresent() && disk.makesRoomFor(full.get())) {
      full = tryToWrite(urgent);
    }
    full.ifPresent(why -> urgent.forEach(job -> job.fail(why)));
  }

  /// Writes all jobs or none, and completes or fails them, unless they may be tried again.
  ///
  /// Whatever this throws is a bug or an `Error` and ends the thread; each job is completed or
  /// failed before.
  ///
  /// @return why the jobs may be tried again, which have not failed yet: the disk is full, or one
  ///   of several jobs has met a damaged page
  private Optional<SQLException> tryToWrite(List<Job<?>> batch) {
    try {
      execute("BEGIN IMMEDIATE");
      for (Job<?> job : batch) {
        job.run(statements);
      }
      execute("COMMIT");
    } catch (SQLException | RuntimeException e) {
      boolean isTriedAgain =
          e instanceof SQLException sql
              && (SqliteFailure.isFull(sql) || (SqliteFailure.isDamaged(sql) && batch.size() > 1));
      rolledBack(batch, e, !isTriedAgain);
      return isTriedAgain ? Optional.of((SQLException) e) : Optional.empty();
    } catch (Error e) {
      rolledBack(batch, e, true);
      throw e;
    }
    try {
      batch.forEach(Job::committed);
    } catch (Throwable e) {
      // Before the callers wake: they must find the inbox dead.
      died(e);
      throw e;
    } finally {
      batch.forEach(Job::complete);
    }
    return Optional.empty();
  }

  private void rolledBack(List<Job<?>> batch, Throwable why, boolean failsJobs) {
    boolean isUndone = false;
    try {
      rollBack();
      batch.forEach(job -> job.work.rolledBack(why));
      isUndone = true;
    } catch (Throwable e) {
      e.addSuppressed(why);
      died(e);
      throw e;
    } finally {
      if (failsJobs || !isUndone) {
        batch.forEach(job -> job.fail(why));
      }
    }
  }

  /// Transactions are explicit SQL: the driver's own do not notice when SQLite ends one by itself,
  /// as on a full disk.
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
      // SQLite has rolled back by itself, as on a full disk. This failure must not hide the first
      // one, and the next transaction shows whether all is well.
    }
  }

  /// Only operators write to the file beside this thread.
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

  /// Deletes finished entries whose ids have been remembered long enough, a batch at a time.
  ///
  /// @return whether there may be more
  private boolean sweep() {
    long before = clock.instant().minus(idMemory).toEpochMilli();
    try (Statement vacuum = connection.createStatement()) {
      int forgotten = forget(before);
      if (forgotten > 0) {
        vacuum(vacuum);
      }
      boolean hasShrunk = disk.outage().isPresent() && shrink(vacuum);
      return forgotten == SWEPT_AT_ONCE || hasShrunk;
    } catch (SQLException _) {
      // The next sweep tries again. A full disk is reported to callers that store events.
      rollBack();
      return false;
    }
  }

  /// Keeps damaged rows, since their date may be wrong. An unreadable row does not block the
  /// others.
  ///
  /// @return how many entries the query found
  private int forget(long before) throws SQLException {
    List<Long> old = new ArrayList<>();
    PreparedStatement query =
        statements.of(
            "SELECT sequence FROM entry INDEXED BY published"
                + " WHERE state IN ('published', 'discarded') AND settled_at < ?"
                + " ORDER BY settled_at LIMIT ? OFFSET ?");
    query.setLong(1, before);
    query.setInt(2, SWEPT_AT_ONCE);
    query.setInt(3, notForgotten);
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        old.add(rows.getLong(1));
      }
    }
    if (old.isEmpty()) {
      notForgotten = 0;
      return 0;
    }
    int forgotten = 0;
    try {
      forgotten = forget(old);
    } catch (SQLException e) {
      if (!SqliteFailure.isDamaged(e)) {
        throw e;
      }
      rollBack();
      for (long sequence : old) {
        forgotten += forgetOne(sequence);
      }
    }
    notForgotten += old.size() - forgotten;
    return old.size();
  }

  private int forgetOne(long sequence) throws SQLException {
    try {
      return forget(List.of(sequence));
    } catch (SQLException e) {
      if (!SqliteFailure.isDamaged(e)) {
        throw e;
      }
      rollBack();
      return 0;
    }
  }

  /// @return how many of them were forgotten
  private int forget(List<Long> old) throws SQLException {
    execute("BEGIN IMMEDIATE");
    int forgotten = 0;
    PreparedStatement forget = statements.of("DELETE FROM entry WHERE sequence = ?");
    for (long sequence : old) {
      Optional<StoredRow> row = EntryRows.find(statements, sequence);
      // The index may be damaged and differ from the row.
      if (row.isPresent() && row.get().damage().isEmpty() && row.get().status().isFinished()) {
        forget.setLong(1, sequence);
        forgotten += forget.executeUpdate();
      }
    }
    execute("COMMIT");
    return forgotten;
  }

  /// Shrinks the file on a nearly full disk. No event is stored meanwhile, so only settlements wait
  /// for it, for a moment.
  ///
  /// @return whether it can shrink further
  private boolean shrink(Statement vacuum) throws SQLException {
    boolean hasMore = true;
    for (int i = 0; i < SHRINK_STEPS_AT_ONCE && hasMore; i++) {
      boolean hasCompacted = compaction.step();
      hasMore = vacuum(vacuum) || hasCompacted;
    }
    // The file shrinks only when a checkpoint copies the log into it.
    try (ResultSet row = vacuum.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
      row.next();
    }
    return hasMore;
  }

  /// @return whether there were free pages
  private static boolean vacuum(Statement vacuum) throws SQLException {
    try (ResultSet pages = vacuum.executeQuery("PRAGMA freelist_count")) {
      if (!pages.next() || pages.getLong(1) == 0) {
        return false;
      }
    }
    // As an update: it returns rows without columns, and as a query the driver would stop it after
    // the first page.
    int _ = vacuum.executeUpdate("PRAGMA incremental_vacuum(" + PAGES_FREED_AT_ONCE + ")");
    return true;
  }

  /// Writes all queued work, and ends the thread.
  @Override
  public void close() {
    isClosed = true;
    // Wakes the thread; if the queue is full, the thread is awake.
    boolean _ = waiting.offer(new Job<>(_ -> ""));
    Threads.joinUninterruptibly(thread);
  }
}
