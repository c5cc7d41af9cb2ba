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

/// The one thread that writes. It takes everything that waits, makes one transaction of it, and
/// tells all who wait once that is on the disk.
///
/// Every caller is answered, whatever happens. A transaction that fails is rolled back and fails
/// its callers; the next one may work. A bug or an `Error` ends the thread: what was committed is
/// still answered as that, all others fail, now and later, and [#failure] says why.
final class InboxWriter implements AutoCloseable {
  /// Enough for a burst of callers; more of them wait to enter.
  private static final int WAITING_MAX = 4_096;

  // An operator waits for it.
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(300);

  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);
  private static final int SWEPT_AT_ONCE = 500;
  private static final int PAGES_FREED_AT_ONCE = 256;
  private static final int ROOM_STEPS_AT_ONCE = 10;
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

  // Of the thread's own, all of them. What SQLite says of commits by others:
  private long versionSeen = -1;

  private long nextSweep = System.nanoTime();

  // How many of the oldest ids cannot be forgotten, since their rows are damaged.
  private int notForgotten;

  // As large as it gets, so that taking a job out of the queue needs no memory: were there none,
  // its caller would wait for ever.
  private final List<Job<?>> batch = new ArrayList<>(WAITING_MAX + 1);

  /// What is written within a transaction, and what happens once that is committed.
  interface Work<T> {
    /// Writes.
    T write(Statements statements) throws SQLException;

    /// Runs on the writer's thread, after the commit and before who waits hears of it.
    default void committed(T result) {}

    /// Whether the reserve of the disk is for this, and not only its ordinary room.
    default boolean isUrgent() {
      return false;
    }

    /// Whether there is more of it that can be done at once, in a transaction of its own.
    default boolean isUnfinished() {
      return false;
    }

    /// Runs in its place when nothing was committed.
    default void rolledBack() {}

    /// The same for who asks why.
    default void rolledBack(Throwable why) {
      rolledBack();
    }
  }

  private static final class Job<T> {
    private final Work<T> work;
    private final CompletableFuture<T> done = new CompletableFuture<>();

    // Set within the transaction, read after it.
    private @Nullable T result;

    Job(Work<T> work) {
      this.work = work;
    }

    void run(Statements statements) throws SQLException {
      result = work.write(statements);
    }

    /// What a commit makes of it.
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
    compaction = new Compaction(connection, COMPACTION_PAUSE);
    thread = Thread.ofPlatform().name("inbox-writer").start(this::run);
  }

  Connection connection() {
    return connection;
  }

  /// How many callers wait to be taken into a transaction.
  int queued() {
    return waiting.size();
  }

  /// What has ended the thread before it was closed.
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /// Writes and waits until it is on the disk.
  ///
  /// @throws InboxException.Unavailable when it is not
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
      throw new InboxException.Unavailable("cannot store in '" + file + "': " + said(why), why);
    }
  }

  private InboxException closed() {
    Throwable died = failure;
    return new InboxException.Unavailable(
        died == null
            ? "the inbox '" + file + "' is closed"
            : "cannot store in '" + file + "': its writer has died: " + said(died),
        died);
  }

  private static String said(Throwable why) {
    return why instanceof SQLException ? String.valueOf(why.getMessage()) : why.toString();
  }

  private void run() {
    try {
      while (!isClosed || !waiting.isEmpty()) {
        turn();
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
        // Everything that was promised is committed.
      }
    }
  }

  private void died(Throwable why) {
    if (failure == null) {
      failure = why;
    }
  }

  private void turn() throws InterruptedException {
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

  /// Writes them; when the disk is full, those that are urgent, with its reserve. When one meets a
  /// damaged page, each of them alone: SQLite commits no transaction that has.
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

  /// All or none: a failure tells each of them that nothing was stored, unless they may be tried
  /// again.
  ///
  /// What is thrown here is a bug or an `Error`: it ends the thread. Until then each job has been
  /// told what became of it.
  ///
  /// @return why they may be tried again, of which the jobs have not heard yet: the disk is full,
  ///   or one of several has met a damaged page
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
      // Before the callers hear of their commit: they should find the inbox dead, not alive.
      died(e);
      throw e;
    } finally {
      batch.forEach(Job::complete);
    }
    return Optional.empty();
  }

  private void rolledBack(List<Job<?>> batch, Throwable why, boolean isToldAtOnce) {
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
      if (isToldAtOnce || !isUndone) {
        batch.forEach(job -> job.fail(why));
      }
    }
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
      // SQLite has rolled back by itself, as it does when the disk is full. What it says now must
      // not hide why. The next transaction shows whether all is well.
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
      int forgotten = forget(before);
      if (forgotten > 0) {
        free(vacuum);
      }
      boolean hasMadeRoom = disk.outage().isPresent() && makeRoom(vacuum);
      return forgotten == SWEPT_AT_ONCE || hasMadeRoom;
    } catch (SQLException _) {
      // It is tried again; whether the disk is full is told to who has something to store.
      rollBack();
      return false;
    }
  }

  /// What is damaged is not forgotten, since its date may be what is; what cannot be read keeps no
  /// other from being.
  ///
  /// @return how many there were to forget
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
      // The index is gone by, and may say something else.
      if (row.isPresent() && row.get().damage().isEmpty() && row.get().status().isFinished()) {
        forget.setLong(1, sequence);
        forgotten += forget.executeUpdate();
      }
    }
    execute("COMMIT");
    return forgotten;
  }

  /// Gives some room back to a disk that has hardly any. No event is stored meanwhile anyway, so
  /// that nobody waits for it but marks, a moment.
  ///
  /// @return whether there is more to give back
  private boolean makeRoom(Statement vacuum) throws SQLException {
    boolean hasMore = true;
    for (int i = 0; i < ROOM_STEPS_AT_ONCE && hasMore; i++) {
      boolean hasCompacted = compaction.step();
      hasMore = free(vacuum) || hasCompacted;
    }
    // The file gets shorter when what was freed is no longer in the log only.
    try (ResultSet row = vacuum.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
      row.next();
    }
    return hasMore;
  }

  /// @return whether there was something to free
  private static boolean free(Statement vacuum) throws SQLException {
    try (ResultSet pages = vacuum.executeQuery("PRAGMA freelist_count")) {
      if (!pages.next() || pages.getLong(1) == 0) {
        return false;
      }
    }
    // As an update: it has rows without columns, which as a query the driver refuses after the
    // first
    // page.
    var _ = vacuum.executeUpdate("PRAGMA incremental_vacuum(" + PAGES_FREED_AT_ONCE + ")");
    return true;
  }

  /// Writes what waits, and ends.
  @Override
  public void close() {
    isClosed = true;
    // Wakes the thread; with a full queue it is awake.
    var _ = waiting.offer(new Job<>(_ -> ""));
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
