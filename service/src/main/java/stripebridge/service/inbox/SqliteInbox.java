package stripebridge.service.inbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxAdmin;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.InboxFaults;
import stripebridge.core.inbox.InboxLoss;
import stripebridge.core.inbox.KnownEvent;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.Placement;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;

/// The inbox in a SQLite file. One writer thread appends and settles in transactions. Claims live
/// in this process's heap and end with it.
///
/// Thread-safe. [InboxClaims] decides who gets which entry, under a lock that is never held during
/// I/O. Readers take turns on their own connection.
public final class SqliteInbox implements Inbox {
  // An operator's command, or a serve that was just told to stop, soon releases the file.
  private static final Duration OPEN_MAX = Duration.ofSeconds(5);

  private static final DateTimeFormatter SAVED_AT =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final InboxFile file;
  private final InboxWriter writer;
  private final DiskGuard disk;
  private final FileWatch watch;
  private final InboxClock clock;
  private final int waitingMax;

  private final ReentrantLock claimsLock = new ReentrantLock();
  private final Condition changed = claimsLock.newCondition();

  // Guarded by `claimsLock`.
  private final InboxClaims claims;
  private long changes;

  // Taken before `claimsLock`, never after it.
  private final ReentrantLock readLock = new ReentrantLock();

  // Guarded by `readLock`.
  private final Connection reading;
  private final Statements queries;
  private final EntryClaimer claimer;

  // Used by the writer's thread only.
  private long lastSequence;
  private int appendedUncommitted;

  // A file that is too damaged to claim from must not take more events either.
  private final LastingDamage claimDamage = new LastingDamage();
  private final LastingDamage settleDamage = new LastingDamage();
  private final LastingDamage appendDamage = new LastingDamage();
  private volatile String lastNotAppended = "";

  private final InboxObserver observer;
  private final HighWaterMark mark;
  private final RowCheck check;
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private final AtomicLong damagedEntries = new AtomicLong();
  private volatile List<InboxLoss> losses;

  private SqliteInbox(
      InboxFile file,
      InboxClock clock,
      int waitingMax,
      Duration idMemory,
      Duration drainMax,
      InboxObserver observer)
      throws SQLException, IOException {
    this.file = file;
    this.observer = observer;
    this.clock = clock;
    this.waitingMax = waitingMax;
    try (Connection connection = file.connectToWrite()) {
      EntryRows.makeFarDatesDue(new Statements(connection), clock.steady().millis());
    }
    reading = file.connect();
    queries = new Statements(reading);
    lastSequence = Losses.lastSequence(queries);
    losses = Losses.unacknowledged(queries);
    losses.forEach(observer::missing);
    claims =
        new InboxClaims(
            lastSequence,
            Statements.number(reading, "SELECT count(*) FROM entry WHERE state = 'waiting'"),
            Statements.number(reading, "SELECT count(*) FROM entry WHERE state = 'parked'"),
            RecentEntries.ENTRIES_MAX);
    claimer =
        new EntryClaimer(
            new ClaimRows(queries, clock.steady(), this::reportUnreadable), this::decide);
    disk = new DiskGuard(file.reserve());
    List<Runnable> started = new ArrayList<>();
    boolean isStarted = false;
    try {
      writer = new InboxWriter(file, clock.wall(), idMemory, new OperatorWork(), disk);
      started.add(writer::close);
      mark =
          HighWaterMark.start(
              file.markPath(), Losses.inboxId(queries), lastSequence, clock.wall(), observer);
      started.add(mark::close);
      watch =
          new FileWatch(
              file.path(),
              file.identity(),
              () -> decide(InboxClaims::waiting),
              this::save,
              drainMax);
      started.add(watch::close);
      check = RowCheck.start(file.connect(), lastSequence, new CheckRepairs(), observer);
      isStarted = true;
    } finally {
      if (!isStarted) {
        started.reversed().forEach(Runnable::run);
      }
    }
  }

  /// Opens the file, and creates it if it is missing.
  ///
  /// @param waitingMax how many entries may wait; above it, events are refused
  /// @param idMemory how long the id of a published event is remembered
  /// @throws InboxException.Unusable when an operator has to act; the file is then unchanged
  public static SqliteInbox open(Path path, InboxClock clock, int waitingMax, Duration idMemory)
      throws InboxException {
    return open(path, clock, waitingMax, idMemory, InboxObserver.NONE);
  }

  /// The same, with an observer of damage and losses.
  public static SqliteInbox open(
      Path path, InboxClock clock, int waitingMax, Duration idMemory, InboxObserver observer)
      throws InboxException {
    return open(path, clock, waitingMax, idMemory, FileWatch.DRAIN_MAX, observer);
  }

  /// The same, for tests of a lost file.
  static SqliteInbox open(
      Path path,
      InboxClock clock,
      int waitingMax,
      Duration idMemory,
      Duration drainMax,
      InboxObserver observer)
      throws InboxException {
    InboxFile file = InboxFile.open(path, "serve", OPEN_MAX, observer);
    while (true) {
      try {
        return new SqliteInbox(file, clock, waitingMax, idMemory, drainMax, observer);
      } catch (IOException | SQLException e) {
        boolean isFull = e instanceof SQLException sql && SqliteFailure.isFull(sql);
        if (!isFull || !file.reserve().release()) {
          file.close();
          throw InboxFile.failure(path, "open", e);
        }
      }
    }
  }

  /// Makes a decision under the claims lock. No I/O happens in it, so a transaction may wait for
  /// it.
  private <T> T decide(Function<InboxClaims, T> decision) {
    claimsLock.lock();
    try {
      return decision.apply(claims);
    } finally {
      claimsLock.unlock();
    }
  }

  /// Updates the claims after a commit or a rollback, and wakes the callers of `claim`.
  private void update(Consumer<InboxClaims> outcome) {
    claimsLock.lock();
    try {
      outcome.accept(claims);
      changes++;
      changed.signalAll();
    } finally {
      claimsLock.unlock();
    }
  }

  @Override
  public Appended append(ReceivedEvent event) throws InboxException {
    Optional<String> outage = outage();
    if (outage.isPresent()) {
      // The lookup needs no room on the disk. But an entry in a lost file is not durable.
      if (watch.lost().isEmpty() && writer.write(statements -> isKnown(statements, event))) {
        return Appended.DUPLICATE;
      }
      throw cannotStore(outage.get());
    }
    AppendWork append = new AppendWork(event);
    Appended result;
    try {
      result = writer.write(append);
      appendDamage.worked();
    } catch (InboxException.Unavailable e) {
      // One event that is delivered again and again does not show that others fail, too.
      boolean isAnother = !event.id().text().equals(lastNotAppended);
      if (isAnother && isDamage(e) && e.getCause() instanceof SQLException sql) {
        lastNotAppended = event.id().text();
        throw appendDamage.failed(failure("store in", sql));
      }
      throw e;
    }
    if (append.damaged != 0) {
      // The entry that has the id is damaged: an operator must see that.
      repairOrReport(List.of(append.damaged), List.of());
    }
    return result;
  }

  private final class AppendWork implements InboxWriter.Work<Appended> {
    private final ReceivedEvent event;
    private long sequence;

    /// Whether it is in `appendedUncommitted`.
    private boolean isCounted;

    /// The sequence of a damaged entry with the event's id; 0 without one.
    private long damaged;

    AppendWork(ReceivedEvent event) {
      this.event = event;
    }

    @Override
    public Appended write(Statements statements) throws SQLException {
      if (decide(InboxClaims::waiting) + appendedUncommitted >= waitingMax) {
        return switch (placement(statements)) {
          case Placement.Known _ -> Appended.DUPLICATE;
          case Placement.New _, Placement.Conflict _, Placement.Exhausted _ -> Appended.FULL;
        };
      }
      boolean mayBeNew = !EntryRows.hasDerivedId(statements, event.id().text());
      if (mayBeNew && EntryRows.insert(statements, lastSequence + 1, event)) {
        return storedWaiting();
      }
      return switch (placement(statements)) {
        case Placement.New _ when !mayBeNew -> {
          boolean isNew = EntryRows.insert(statements, lastSequence + 1, event);
          yield isNew ? storedWaiting() : Appended.DUPLICATE;
        }
        case Placement.Conflict conflict -> park(statements, conflict);
        case Placement.Exhausted _ -> Appended.ID_EXHAUSTED;
        // A damaged index may hide the entry from the lookup. The insert found it.
        case Placement.Known _, Placement.New _ -> Appended.DUPLICATE;
      };
    }

    private Appended park(Statements statements, Placement.Conflict conflict) throws SQLException {
      EntryStatus parked =
          EntryStatus.NEW.parked(
              ParkReason.CONFLICT, conflict.detail(event), clock.wall().millis());
      boolean isNew =
          EntryRows.insert(statements, lastSequence + 1, event.withId(conflict.id()), parked);
      // A damaged index again: the lookup misses the id, and the insert is refused.
      return isNew ? stored(Appended.conflict(conflict.id())) : Appended.ID_EXHAUSTED;
    }

    private Appended storedWaiting() {
      appendedUncommitted++;
      isCounted = true;
      return stored(Appended.STORED);
    }

    private Appended stored(Appended result) {
      lastSequence++;
      sequence = lastSequence;
      return result;
    }

    private Placement placement(Statements statements) throws SQLException {
      return Placement.of(event, id -> find(statements, id));
    }

    /// A damaged row counts as the event that it names: if that is another event, this one is kept.
    private Optional<KnownEvent> find(Statements statements, String id) throws SQLException {
      Optional<StoredRow> found = EntryRows.find(statements, id);
      found.filter(row -> row.damage().isPresent()).ifPresent(row -> damaged = row.sequence());
      return found.map(SqliteInbox::known);
    }

    @Override
    public void rolledBack() {
      if (isCounted) {
        appendedUncommitted--;
      }
      // The writer may run this work again, alone.
      isCounted = false;
      sequence = 0;
      damaged = 0;
    }

    @Override
    public void committed(Appended result) {
      switch (result.outcome()) {
        case STORED -> {
          appendedUncommitted--;
          mark.advance(sequence);
          update(claims -> claims.appended(new InboxEntry(sequence, event, 0, 0)));
        }
        case CONFLICT -> {
          mark.advance(sequence);
          update(claims -> claims.appendedParked(sequence));
        }
        case DUPLICATE, ID_EXHAUSTED, FULL -> {}
      }
    }
  }

  @Override
  public void probe() throws InboxException {
    Optional<String> outage = outage();
    if (outage.isPresent()) {
      throw cannotStore(outage.get());
    }
    Integer _ = writer.write(SqliteInbox::writeProbe);
  }

  /// A lost file, or a full disk. A disk counts as full while settlements still fit: without them,
  /// stored entries would be published again after a restart.
  @Override
  public Optional<String> outage() {
    return watch
        .lost()
        .map(what -> what + " while it was open; serve must be restarted to store events")
        .or(disk::outage);
  }

  @Override
  public OptionalLong diskFreeBytes() {
    try {
      return OptionalLong.of(file.reserve().free());
    } catch (IOException _) {
      return OptionalLong.empty();
    }
  }

  @Override
  public OptionalLong diskSizeBytes() {
    try {
      return OptionalLong.of(file.reserve().size());
    } catch (IOException _) {
      return OptionalLong.empty();
    }
  }

  private InboxException cannotStore(String outage) {
    return new InboxException.Unavailable(
        "cannot store in the inbox '" + file + "': " + outage, null);
  }

  /// Copies the entries of a lost file into a file that has a name.
  private String save(boolean hasName) throws IOException, SQLException {
    String counts =
        decide(claims -> "%d waiting and %d parked".formatted(claims.waiting(), claims.parked()));
    readLock.lock();
    try (Statement statement = reading.createStatement()) {
      if (hasName && isCheckpointed(statement)) {
        return counts + " are in the file itself, for the next start";
      }
      String saved = "all its entries were published";
      if (decide(claims -> claims.waiting() + claims.parked()) > 0) {
        Path to = saveBesideOrInTemp(statement);
        saved =
            counts
                + " are saved: 'stripebridge inbox move --from %s --to %s' carries them over"
                    .formatted(to, file.path());
      }
      watch.removeLog();
      if (decide(claims -> claims.waiting() + claims.parked()) == 0) {
        mark.remove();
      }
      // Otherwise the next start reports them as missing, which they are until they are moved.
      return saved;
    } finally {
      readLock.unlock();
    }
  }

  /// Beside the file; in the temporary directory when the file's directory is gone or full.
  private Path saveBesideOrInTemp(Statement statement) throws IOException, SQLException {
    String suffix = ".saved-" + SAVED_AT.format(clock.wall().instant());
    Path beside = Ownership.sibling(file.path(), suffix);
    try {
      return saveTo(statement, beside);
    } catch (IOException | SQLException e) {
      try {
        return saveTo(
            statement,
            Path.of(System.getProperty("java.io.tmpdir"), beside.getFileName().toString()));
      } catch (IOException | SQLException more) {
        e.addSuppressed(more);
        throw e;
      }
    }
  }

  private static Path saveTo(Statement statement, Path to) throws IOException, SQLException {
    Files.deleteIfExists(to);
    Ownership.create(to);
    try {
      statement.execute("VACUUM INTO '" + to.toString().replace("'", "''") + "'");
      return to;
    } catch (SQLException e) {
      Files.deleteIfExists(to);
      throw e;
    }
  }

  /// Copies a log that has lost its name into the file.
  ///
  /// @return whether all of it is there
  private static boolean isCheckpointed(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(FULL)")) {
      return row.next() && row.getInt(1) == 0 && row.getInt(2) == row.getInt(3);
    }
  }

  private static boolean isKnown(Statements statements, ReceivedEvent event) throws SQLException {
    return Placement.of(event, id -> EntryRows.find(statements, id).map(SqliteInbox::known))
        instanceof Placement.Known;
  }

  private static KnownEvent known(StoredRow row) {
    return new KnownEvent(row.eventType(), row.objectId());
  }

  @Override
  public List<Claim> claim(int max, Duration wait) throws InboxException, InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    while (true) {
      long seen = changes();
      Duration untilDue;
      readLock.lockInterruptibly();
      try {
        List<Claim> found = claimer.claim(max);
        claimDamage.worked();
        if (!found.isEmpty() || deadline - System.nanoTime() <= 0) {
          return found;
        }
        untilDue = untilDue();
      } catch (SQLException e) {
        queries.clear();
        throw claimDamage.failed(failure("claim from", e));
      } finally {
        readLock.unlock();
      }
      awaitChange(seen, Math.min(deadline, System.nanoTime() + untilDue.toNanos()));
    }
  }

  private long changes() {
    return decide(_ -> changes);
  }

  /// Waits for the next commit after `seen`, or until the deadline.
  private void awaitChange(long seen, long deadlineNanos) throws InterruptedException {
    claimsLock.lockInterruptibly();
    try {
      long left = deadlineNanos - System.nanoTime();
      while (changes == seen && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      claimsLock.unlock();
    }
  }

  private Duration untilDue() throws SQLException {
    long due = claimer.nextDate();
    return due == EntryClaimer.NO_DATE
        ? Duration.ofDays(1)
        : Duration.ofMillis(Math.max(1, due - clock.steady().millis()));
  }

  @Override
  public List<Claim> claimHeld(String behind, int max) throws InboxException {
    readLock.lock();
    try {
      return claimer.claimHeld(behind, max);
    } catch (SQLException e) {
      queries.clear();
      throw failure("claim from", e);
    } finally {
      readLock.unlock();
    }
  }

  @Override
  public Set<String> heldBehind() throws InboxException {
    readLock.lock();
    try (Statement statement = reading.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT DISTINCT held FROM entry WHERE held IS NOT NULL")) {
      Set<String> behind = new LinkedHashSet<>();
      while (rows.next()) {
        behind.add(rows.getString(1));
      }
      return behind;
    } catch (SQLException e) {
      throw failure("read", e);
    } finally {
      readLock.unlock();
    }
  }

  @Override
  public void makeRefusedDue() throws InboxException {
    List<Long> dated = dated();
    try {
      Integer _ = writer.write(new RefusedDueWork(dated));
    } catch (InboxException.Unavailable e) {
      if (!isDamage(e)) {
        throw e;
      }
      // A page cannot be read. One by one: those on other pages must not wait for their dates.
      for (long sequence : dated) {
        makeRefusedDueAlone(sequence);
      }
    }
    update(InboxClaims::datesChanged);
  }

  /// Uses the disk reserve as settlements do: publishing waits for it.
  private record RefusedDueWork(List<Long> dated) implements InboxWriter.Work<Integer> {
    @Override
    public boolean isUrgent() {
      return true;
    }

    @Override
    public Integer write(Statements statements) throws SQLException {
      return EntryRows.makeRefusedDue(statements, dated);
    }
  }

  /// An unreadable entry keeps its date.
  private void makeRefusedDueAlone(long sequence) throws InboxException {
    try {
      Integer _ = writer.write(new RefusedDueWork(List.of(sequence)));
    } catch (InboxException.Unavailable e) {
      if (!isDamage(e)) {
        throw e;
      }
    }
  }

  private List<Long> dated() throws InboxException {
    readLock.lock();
    // Only the index is read.
    try (Statement statement = reading.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT sequence FROM entry WHERE state = 'waiting' AND due_at > 0")) {
      List<Long> dated = new ArrayList<>();
      while (rows.next()) {
        dated.add(rows.getLong(1));
      }
      return dated;
    } catch (SQLException e) {
      throw failure("read", e);
    } finally {
      readLock.unlock();
    }
  }

  /// Writes all or none. If the file is damaged, writes them one by one, as far as possible: SQLite
  /// commits no transaction that has met a damaged page.
  @Override
  public void settle(Collection<? extends Settlement> settlements) throws InboxException {
    try {
      settleAll(settlements);
    } catch (InboxException.Unavailable e) {
      if (!isDamage(e)) {
        throw e;
      }
      // One by one: a published entry must not come again because another one fails.
      throwUnlessWritable(e);
      List<Settlement> failing = new ArrayList<>();
      for (Settlement settlement : settlements) {
        if (!isSettledAlone(settlement)) {
          failing.add(settlement);
        }
      }
      settleDamaged(failing);
    }
    settleDamage.worked();
  }

  private void settleAll(Collection<? extends Settlement> settlements) throws InboxException {
    SettleWork settling = new SettleWork(settlements);
    Integer _ = writer.write(settling);
    settleDamaged(settling.settled.damaged());
  }

  private boolean isSettledAlone(Settlement settlement) throws InboxException {
    try {
      settleAll(List.of(settlement));
      return true;
    } catch (InboxException.Unavailable e) {
      if (!isDamage(e)) {
        throw e;
      }
      return false;
    }
  }

  /// Rebuilds the indexes once for all of them. Entries whose settlement cannot be written stay
  /// claimed, so that they come again after a restart and not before.
  private void settleDamaged(List<Settlement> settlements) throws InboxException {
    if (settlements.isEmpty()) {
      return;
    }
    try {
      Integer _ = writer.write(new RepairWork(List.of(), List.of(), settlements));
    } catch (InboxException.Unavailable e) {
      if (!isDamage(e)) {
        throw e;
      }
      settlements.forEach(
          settlement -> reportUnreadable(settlement.sequence(), String.valueOf(e.getMessage())));
    }
  }

  private static boolean isDamage(InboxException e) {
    return e.getCause() instanceof SQLException sql && SqliteFailure.isDamaged(sql);
  }

  /// A file that can no longer be written ends the process, after some tries.
  private void throwUnlessWritable(InboxException why) throws InboxException {
    try {
      Integer _ = writer.write(SqliteInbox::writeProbe);
    } catch (InboxException.Unavailable e) {
      throw isDamage(e) && why.getCause() instanceof SQLException sql
          ? settleDamage.failed(failure("settle entries in", sql))
          : e;
    }
  }

  private static int writeProbe(Statements statements) throws SQLException {
    // The size of a few events: a smaller value could fit where they do not.
    return statements
        .of("INSERT OR REPLACE INTO probe VALUES (1, zeroblob(65536))")
        .executeUpdate();
  }

  private final class SettleWork implements InboxWriter.Work<Integer> {
    private final Collection<? extends Settlement> settlements;
    private List<Settlement> ours = List.of();
    private EntryRows.Settled settled = EntryRows.Settled.NOTHING;

    SettleWork(Collection<? extends Settlement> settlements) {
      this.settlements = settlements;
    }

    @Override
    public boolean isUrgent() {
      return true;
    }

    @Override
    public Integer write(Statements statements) throws SQLException {
      ours = decide(claims -> claims.beginSettling(settlements));
      settled = EntryRows.settle(statements, ours, clock.wall().millis());
      return settled.written().size();
    }

    @Override
    public void rolledBack() {
      update(claims -> claims.settlingFailed(ours));
    }

    @Override
    public void committed(Integer count) {
      update(claims -> {
        claims.settled(settled.written());
        claims.settlingFailed(settled.damaged());
      });
    }
  }

  /// Carries out operators' requests, on the writer's thread.
  private final class OperatorWork implements InboxWriter.Work<Integer> {
    private static final long ANSWERS_KEPT_MILLIS = Duration.ofDays(1).toMillis();

    private final List<OperatorRequests.Changed> changes = new ArrayList<>();
    private List<InboxLoss> lossesLeft = List.of();

    /// A request that takes several transactions, and its progress.
    private Retrying retrying = Retrying.NONE;

    private Retrying retryingNext = Retrying.NONE;

    /// After a failure, one request per transaction, to find out which one fails.
    private boolean isOneByOne;

    /// Requests that met a damaged page; they are answered as `DAMAGED`.
    private final Set<Long> failed = new HashSet<>();

    private long tried;
    private boolean hasMore;
    private boolean goesOn;

    private record Retrying(long request, ParkedRetry retry) {
      static final Retrying NONE = new Retrying(0, ParkedRetry.BEGIN);
    }

    /// A retry of thousands of entries leaves the disk reserve to settlements.
    @Override
    public boolean isUrgent() {
      return retrying.request == 0;
    }

    @Override
    public boolean isUnfinished() {
      return goesOn;
    }

    @Override
    public Integer write(Statements statements) throws SQLException {
      retryingNext = Retrying.NONE;
      hasMore = false;
      tried = 0;
      // Dates are compared with the steady clock that set them; answers are kept by the wall clock.
      long now = clock.steady().millis();
      List<OperatorRequests.Request> asked = OperatorRequests.unanswered(statements);
      int done = 0;
      for (OperatorRequests.Request request : asked) {
        if (isOneByOne && done == 1) {
          hasMore = true;
          break;
        }
        tried = request.id();
        Optional<InboxAdmin.Answer> answer = apply(statements, request, now);
        if (answer.isEmpty()) {
          break;
        }
        OperatorRequests.answer(statements, request, answer.get(), clock.wall().millis());
        done++;
      }
      PreparedStatement forget = statements.of("DELETE FROM request WHERE answered_at < ?");
      forget.setLong(1, clock.wall().millis() - ANSWERS_KEPT_MILLIS);
      forget.executeUpdate();
      lossesLeft = Losses.unacknowledged(statements);
      return asked.size();
    }

    /// @return absent when the request takes more transactions
    private Optional<InboxAdmin.Answer> apply(
        Statements statements, OperatorRequests.Request request, long now) throws SQLException {
      Optional<OperatorRequests.Action> action = request.action();
      if (failed.contains(request.id())) {
        return Optional.of(new InboxAdmin.Answer(InboxAdmin.Outcome.DAMAGED, 0));
      }
      if (action.isEmpty()) {
        return Optional.of(new InboxAdmin.Answer(InboxAdmin.Outcome.NOT_APPLICABLE, 0));
      }
      if (action.get() != OperatorRequests.Action.RETRY_ALL_PARKED) {
        return Optional.of(
            OperatorRequests.apply(
                statements,
                action.get(),
                request.eventId(),
                clock.wall().millis(),
                now,
                SqliteInbox.this::take,
                changes));
      }
      retryingNext =
          new Retrying(
              request.id(), retrying.request == request.id() ? retrying.retry : ParkedRetry.BEGIN);
      ParkedRetry retried = retryingNext.retry.run(statements, changes);
      retryingNext = retried.isAll() ? Retrying.NONE : new Retrying(request.id(), retried);
      return retried.isAll()
          ? Optional.of(new InboxAdmin.Answer(InboxAdmin.Outcome.DONE, retried.count()))
          : Optional.empty();
    }

    @Override
    public void committed(Integer count) {
      retrying = retryingNext;
      isOneByOne = hasMore;
      goesOn = retrying.request != 0 || hasMore;
      failed.clear();
      losses = lossesLeft;
      update(claims -> claims.changed(changes));
      changes.clear();
    }

    @Override
    public void rolledBack(Throwable why) {
      goesOn = false;
      // If no request was tried, the table of requests is damaged.
      if (tried != 0 && why instanceof SQLException sql && SqliteFailure.isDamaged(sql)) {
        boolean isRetrying = retryingNext.request == tried;
        if (isRetrying && retryingNext.retry.step() != ParkedRetry.Step.SKIP) {
          retrying = new Retrying(tried, retryingNext.retry.failed());
          goesOn = true;
        } else if (isRetrying || isOneByOne) {
          // A request that has failed before is tried again later.
          goesOn = failed.add(tried);
          retrying = Retrying.NONE;
          reportUnreadable(0, "an operator's request for it failed: " + why.getMessage());
        } else {
          goesOn = true;
        }
        isOneByOne = true;
      }
      update(InboxClaims::changeFailed);
      changes.clear();
    }
  }

  /// Its entry stays claimed, so that it does not block others.
  private void reportUnreadable(long sequence, String why) {
    damagedEntries.incrementAndGet();
    observer.damaged(sequence, "", "it cannot be read: " + why);
  }

  private boolean take(long sequence, boolean isFree) {
    return decide(claims -> claims.take(sequence, isFree));
  }

  /// Parks damaged rows, whatever their state, and rebuilds the indexes: waiting entries may be
  /// missing from them. Runs on the writer's thread.
  private final class RepairWork implements InboxWriter.Work<Integer> {
    private static final String COUNT = "SELECT count(*) FROM entry WHERE state = ";

    private final List<Long> maybeDamaged;
    private final List<Long> unlisted;
    private final List<Settlement> settlements;
    private final List<StoredRow> damaged = new ArrayList<>();
    private final List<StoredRow> held = new ArrayList<>();
    private final List<Settlement> written = new ArrayList<>();
    private List<Settlement> ours = List.of();
    private long moreWaiting;
    private long moreParked;
    private boolean isNeeded;

    /// @param unlisted rows that an index misses
    /// @param settlements of claimed entries that are damaged or unlisted
    RepairWork(List<Long> maybeDamaged, List<Long> unlisted, List<Settlement> settlements) {
      this.maybeDamaged = maybeDamaged;
      this.unlisted = unlisted;
      this.settlements = settlements;
    }

    @Override
    public boolean isUrgent() {
      return !settlements.isEmpty();
    }

    @Override
    public Integer write(Statements statements) throws SQLException {
      for (long sequence : maybeDamaged) {
        // The damage of a claimed row is found when it is settled.
        EntryRows.find(statements, sequence)
            .filter(row -> row.damage().isPresent() && takes(row))
            .ifPresent(damaged::add);
      }
      for (long sequence : unlisted) {
        // The relay drains only topics that it has heard about, which may not include this one.
        EntryRows.find(statements, sequence)
            .filter(row -> row.damage().isEmpty() && row.status().held() != null && takes(row))
            .ifPresent(held::add);
      }
      ours = decide(claims -> claims.beginSettling(settlements));
      isNeeded = !damaged.isEmpty() || !unlisted.isEmpty() || !ours.isEmpty();
      if (isNeeded) {
        repair(statements);
      }
      return damaged.size();
    }

    private void repair(Statements statements) throws SQLException {
      long now = clock.wall().millis();
      // As a difference: the counts at the start came from an index and may differ from the rows.
      moreWaiting = -statements.number(COUNT + "'waiting'");
      moreParked = -statements.number(COUNT + "'parked'");
      InboxIndexes.drop(statements);
      List<Long> changed = new ArrayList<>();
      for (StoredRow row : damaged) {
        EntryRows.park(statements, row, now);
        changed.add(row.sequence());
      }
      for (StoredRow row : held) {
        EntryRows.update(statements, row, row.status().dueNowAndUnheld());
      }
      for (Settlement settlement : ours) {
        Optional<StoredRow> row = EntryRows.find(statements, settlement.sequence());
        written.add(
            row.isPresent()
                ? EntryRows.settleDamaged(statements, settlement, row.get(), now)
                : settlement);
        changed.add(settlement.sequence());
      }
      InboxIndexes.rebuild(statements, changed);
      moreWaiting += statements.number(COUNT + "'waiting'");
      moreParked += statements.number(COUNT + "'parked'");
    }

    private boolean takes(StoredRow row) {
      return take(row.sequence(), row.status().isFree());
    }

    @Override
    public void committed(Integer count) {
      List<Long> taken =
          Stream.concat(damaged.stream(), held.stream()).map(StoredRow::sequence).toList();
      if (isNeeded) {
        update(claims -> claims.repaired(taken, written, moreWaiting, moreParked));
      }
      damagedEntries.addAndGet(count);
      for (StoredRow row : damaged) {
        observer.damaged(row.sequence(), row.eventId(), row.damage().orElse(""));
      }
      if (!unlisted.isEmpty()) {
        observer.unlisted(unlisted.size());
      }
    }

    @Override
    public void rolledBack() {
      update(claims -> {
        claims.changeFailed();
        claims.settlingFailed(ours);
      });
      damaged.clear();
      held.clear();
      written.clear();
      ours = List.of();
    }
  }

  /// If pages cannot be read, the indexes cannot be rebuilt, and nothing can be parked. Then the
  /// damage is only reported and counted.
  private void repairOrReport(List<Long> damaged, List<Long> unlisted) throws InboxException {
    try {
      Integer _ = writer.write(new RepairWork(damaged, unlisted, List.of()));
    } catch (InboxException e) {
      if (!isDamage(e)) {
        throw e;
      }
      damagedEntries.addAndGet(damaged.size() + unlisted.size());
      String why =
          ", and the file is too damaged to park it: 'stripebridge inbox recover' saves it";
      damaged.forEach(
          sequence -> observer.damaged(sequence, "", "it is not what was stored" + why));
      unlisted.forEach(
          sequence -> observer.damaged(sequence, "", "it is missing from an index" + why));
    }
  }

  private final class CheckRepairs implements RowCheck.Repairs {
    @Override
    public void repair(List<Long> damaged, List<Long> unlisted) throws InboxException {
      repairOrReport(damaged, unlisted);
    }

    @Override
    public void lost(long sequence, String eventId) {
      damagedEntries.incrementAndGet();
      observer.damaged(
          sequence,
          eventId,
          "it waits, and its row is lost: stop serve, and have 'stripebridge inbox recover' write"
              + " what can be read into a new inbox; if the event is not among that, fetch it from"
              + " Stripe");
    }
  }

  @Override
  public InboxFaults faults() {
    return new InboxFaults(damagedEntries.get(), losses);
  }

  @Override
  public String memo(String name) throws InboxException {
    readLock.lock();
    try {
      return Memos.read(queries, name);
    } catch (SQLException e) {
      queries.clear();
      throw failure("read", e);
    } finally {
      readLock.unlock();
    }
  }

  @Override
  public boolean replaceMemo(String name, String before, String after) throws InboxException {
    Optional<String> outage = outage();
    if (outage.isPresent()) {
      // The last room is for settlements.
      throw cannotStore(outage.get());
    }
    return writer.write(statements -> Memos.replace(statements, name, before, after));
  }

  @Override
  public InboxCounts counts() throws InboxException {
    readLock.lock();
    try {
      Optional<Instant> oldest = oldest();
      return decide(claims -> new InboxCounts(claims.waiting(), claims.parked(), oldest));
    } catch (SQLException e) {
      throw failure("read", e);
    } finally {
      readLock.unlock();
    }
  }

  /// Absent also when the oldest entry cannot be read: then the counts are needed most.
  private Optional<Instant> oldest() throws SQLException {
    try (Statement statement = reading.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT received_at FROM entry WHERE state = 'waiting'"
                    + " ORDER BY sequence LIMIT 1")) {
      return rows.next() ? Optional.of(Instant.ofEpochMilli(rows.getLong(1))) : Optional.empty();
    } catch (SQLException e) {
      if (SqliteFailure.isDamaged(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private InboxException failure(String what, SQLException e) {
    return InboxFile.failure(file.path(), what, e);
  }

  @Override
  public Optional<Throwable> failure() {
    return writer
        .failure()
        .or(watch::failure)
        .or(claimDamage::lasting)
        .or(settleDamage::lasting)
        .or(appendDamage::lasting);
  }

  /// The writer's own connection, for tests of its settings.
  Connection writing() {
    return writer.connection();
  }

  @Override
  public void close() {
    if (!isClosed.compareAndSet(false, true)) {
      return;
    }
    check.close();
    writer.close();
    // After the writer, so that all settlements are in the file: the watch may have to save it.
    watch.close();
    mark.close();
    readLock.lock();
    try {
      file.close();
    } finally {
      readLock.unlock();
    }
  }
}
