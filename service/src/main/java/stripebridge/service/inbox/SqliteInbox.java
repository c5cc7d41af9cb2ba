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

/// The inbox in a SQLite file. Appending and settling are transactions of one writer; who has
/// claimed what is a matter of this process and is forgotten with it.
///
/// Thread-safe. What is claimed is decided by [InboxClaims], under a lock that is never held while
/// the disk is written or read. Readers take turns at a connection of their own.
public final class SqliteInbox implements Inbox {
  // An operator's command, or a serve that was just stopped, is done in a moment.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final DateTimeFormatter SAVED_AT =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final InboxFile file;
  private final InboxWriter writer;
  private final DiskGuard disk;
  private final FileWatch watch;
  private final InboxClock clock;
  private final int waitingMax;

  private final ReentrantLock deciding = new ReentrantLock();
  private final Condition changed = deciding.newCondition();

  // Guarded by `deciding`, both of them.
  private final InboxClaims claims;
  private long changes;

  private final ReentrantLock reads = new ReentrantLock();

  // Guarded by `reads`, each of them.
  private final Connection reading;
  private final Statements queries;
  private final EntryClaimer claimer;

  // Of the writer's thread, both of them.
  private long lastSequence;
  private int appendedUncommitted;

  // A file so damaged that nothing comes out of it takes no more events either.
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
      EntryRows.hastenFarDates(new Statements(connection), clock.steady().millis());
    }
    reading = file.connect();
    queries = new Statements(reading);
    lastSequence = Losses.lastSequence(queries);
    losses = Losses.unacknowledged(queries);
    losses.forEach(observer::missing);
    claims =
        new InboxClaims(
            lastSequence,
            InboxWriter.number(reading, "SELECT count(*) FROM entry WHERE state = 'waiting'"),
            InboxWriter.number(reading, "SELECT count(*) FROM entry WHERE state = 'parked'"),
            RecentEntries.ENTRIES_MAX);
    claimer =
        new EntryClaimer(new ClaimRows(queries, clock.steady(), this::unreadable), this::decide);
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
      check = RowCheck.start(file.connect(), lastSequence, new CheckRepair(), observer);
      isStarted = true;
    } finally {
      if (!isStarted) {
        started.reversed().forEach(Runnable::run);
      }
    }
  }

  /// Opens the file, and makes it when there is none.
  ///
  /// @param waitingMax waiting entries above which nothing is taken
  /// @param idMemory how long the id of a published event is remembered
  /// @throws InboxException.Unusable when an operator has to look; the file is then as it was
  public static SqliteInbox open(Path path, InboxClock clock, int waitingMax, Duration idMemory)
      throws InboxException {
    return open(path, clock, waitingMax, idMemory, InboxObserver.NONE);
  }

  /// The same for who tells what the file shows of itself.
  public static SqliteInbox open(
      Path path, InboxClock clock, int waitingMax, Duration idMemory, InboxObserver observer)
      throws InboxException {
    return open(path, clock, waitingMax, idMemory, FileWatch.DRAIN_MAX, observer);
  }

  /// The same, for tests of what becomes of a lost file.
  static SqliteInbox open(
      Path path,
      InboxClock clock,
      int waitingMax,
      Duration idMemory,
      Duration drainMax,
      InboxObserver observer)
      throws InboxException {
    InboxFile file = InboxFile.open(path, "serve", PATIENCE, observer);
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

  /// Makes a decision under the lock.
  private <T> T decide(Function<InboxClaims, T> decision) {
    deciding.lock();
    try {
      return decision.apply(claims);
    } finally {
      deciding.unlock();
    }
  }

  /// Tells the claims what was committed, and wakes whoever waits for an entry.
  private void tell(Consumer<InboxClaims> news) {
    deciding.lock();
    try {
      news.accept(claims);
      changes++;
      changed.signalAll();
    } finally {
      deciding.unlock();
    }
  }

  @Override
  public Appended append(ReceivedEvent event) throws InboxException {
    Optional<String> outage = outage();
    if (outage.isPresent()) {
      // To look takes no room; but what is in a lost file is no promise.
      if (watch.lost().isEmpty() && writer.write(statements -> isHeld(statements, event))) {
        return Appended.DUPLICATE;
      }
      throw cannotStore(outage.get());
    }
    Append append = new Append(event);
    Appended result;
    try {
      result = writer.write(append);
      appendDamage.worked();
    } catch (InboxException.Unavailable e) {
      // One event that comes again and again says nothing of the others.
      boolean isAnother = !event.id().text().equals(lastNotAppended);
      if (isAnother && isDamage(e) && e.getCause() instanceof SQLException sql) {
        lastNotAppended = event.id().text();
        throw appendDamage.failed(failure("store in", sql));
      }
      throw e;
    }
    if (append.damaged != 0) {
      // Its id is known by an entry that is not what was stored: an operator must see that.
      repairOrTell(List.of(append.damaged), List.of());
    }
    return result;
  }

  private final class Append implements InboxWriter.Work<Appended> {
    private final ReceivedEvent event;
    private long sequence;

    /// Whether it counts as waiting before the claims are told of it.
    private boolean isCounted;

    /// An entry that has the event's id and is damaged, if there is one.
    private long damaged;

    Append(ReceivedEvent event) {
      this.event = event;
    }

    @Override
    public Appended write(Statements statements) throws SQLException {
      if (decide(InboxClaims::waiting) + appendedUncommitted >= waitingMax) {
        return switch (place(statements)) {
          case Placement.Known _ -> Appended.DUPLICATE;
          case Placement.New _, Placement.Conflict _, Placement.Exhausted _ -> Appended.FULL;
        };
      }
      boolean mayBeNew = !EntryRows.hasFurther(statements, event.id().text());
      if (mayBeNew && EntryRows.insert(statements, lastSequence + 1, event)) {
        return storedWaiting();
      }
      return switch (place(statements)) {
        case Placement.New _ when !mayBeNew -> {
          boolean isNew = EntryRows.insert(statements, lastSequence + 1, event);
          yield isNew ? storedWaiting() : Appended.DUPLICATE;
        }
        case Placement.Conflict conflict -> park(statements, conflict);
        case Placement.Exhausted _ -> Appended.ID_EXHAUSTED;
        // Where only a damaged index has it, it is found by nobody; the insert knows better.
        case Placement.Known _, Placement.New _ -> Appended.DUPLICATE;
      };
    }

    private Appended park(Statements statements, Placement.Conflict conflict) throws SQLException {
      Standing parked =
          Standing.NEW.parked(ParkReason.CONFLICT, conflict.detail(event), clock.wall().millis());
      boolean isNew =
          EntryRows.insert(statements, lastSequence + 1, event.withId(conflict.id()), parked);
      // A damaged index again: an id that it cannot find and does not let in.
      return isNew ? stored(Appended.conflict(conflict.id())) : Appended.ID_EXHAUSTED;
    }

    private Appended storedWaiting() {
      appendedUncommitted++;
      isCounted = true;
      return stored(Appended.STORED);
    }

    private Appended stored(Appended how) {
      lastSequence++;
      sequence = lastSequence;
      return how;
    }

    private Placement place(Statements statements) throws SQLException {
      return Placement.of(event, id -> find(statements, id));
    }

    /// A damaged one goes by what it says: where that is of another event, nothing is dropped.
    private Optional<KnownEvent> find(Statements statements, String id) throws SQLException {
      Optional<StoredRow> found = EntryRows.find(statements, id);
      found.filter(row -> row.damage().isPresent()).ifPresent(row -> damaged = row.sequence());
      return found.map(SqliteInbox::held);
    }

    @Override
    public void rolledBack() {
      if (isCounted) {
        appendedUncommitted--;
      }
      // It may be written once more, alone.
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
          tell(claims -> claims.appended(new InboxEntry(sequence, event, 0, 0)));
        }
        case CONFLICT -> {
          mark.advance(sequence);
          tell(claims -> claims.appendedParked(sequence));
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
    var _ = writer.write(SqliteInbox::writeProbe);
  }

  /// A file without a name, or a full disk. The broker may be away for as long as it likes: what is
  /// stored gets to it only if its marks can be stored as well.
  @Override
  public Optional<String> outage() {
    return watch
        .lost()
        .map(what -> what + " while it was open: nothing is stored until a restart")
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

  private InboxException cannotStore(String outage) {
    return new InboxException.Unavailable(
        "cannot store in the inbox '" + file + "': " + outage, null);
  }

  /// Sees to it that all that is in the open file is in one that has a name.
  private String save(boolean hasName) throws IOException, SQLException {
    String held =
        decide(claims -> "%d waiting and %d parked".formatted(claims.waiting(), claims.parked()));
    reads.lock();
    try (Statement statement = reading.createStatement()) {
      if (hasName && isInTheFileItself(statement)) {
        return held + " are in the file itself, for the next start";
      }
      String saved = "all that it held was published";
      if (decide(claims -> claims.waiting() + claims.parked()) > 0) {
        Path to = saveSomewhere(statement);
        saved =
            held
                + " are saved: 'stripebridge inbox move --from %s --to %s' carries them over"
                    .formatted(to, file.path());
      }
      watch.removeLog();
      if (decide(claims -> claims.waiting() + claims.parked()) == 0) {
        mark.remove();
      }
      // Else the next start calls them missing, as they are until they are moved.
      return saved;
    } finally {
      reads.unlock();
    }
  }

  /// Beside the file, or where temporary files are when its directory is gone or full.
  private Path saveSomewhere(Statement statement) throws IOException, SQLException {
    String suffix = ".saved-" + SAVED_AT.format(clock.wall().instant());
    Path beside = Ownership.beside(file.path(), suffix);
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

  /// Empties a log without a name into the file.
  private static boolean isInTheFileItself(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(FULL)")) {
      return row.next() && row.getInt(1) == 0 && row.getInt(2) == row.getInt(3);
    }
  }

  private static boolean isHeld(Statements statements, ReceivedEvent event) throws SQLException {
    return Placement.of(event, id -> EntryRows.find(statements, id).map(SqliteInbox::held))
        instanceof Placement.Known;
  }

  private static KnownEvent held(StoredRow row) {
    return new KnownEvent(row.eventType(), row.objectId());
  }

  @Override
  public List<Claim> claim(int max, Duration wait) throws InboxException, InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    while (true) {
      long seen = changes();
      Duration untilDue;
      reads.lockInterruptibly();
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
        reads.unlock();
      }
      awaitChange(seen, Math.min(deadline, System.nanoTime() + untilDue.toNanos()));
    }
  }

  private long changes() {
    deciding.lock();
    try {
      return changes;
    } finally {
      deciding.unlock();
    }
  }

  /// Waits until something was committed since then, or until the deadline.
  private void awaitChange(long seen, long deadlineNanos) throws InterruptedException {
    deciding.lockInterruptibly();
    try {
      long left = deadlineNanos - System.nanoTime();
      while (changes == seen && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      deciding.unlock();
    }
  }

  private Duration untilDue() throws SQLException {
    long now = clock.steady().millis();
    PreparedStatement query =
        queries.of("SELECT min(due_at) FROM entry WHERE state = 'waiting' AND due_at > ?");
    query.setLong(1, now);
    try (ResultSet rows = query.executeQuery()) {
      long due = rows.next() ? rows.getLong(1) : 0;
      return due == 0 ? Duration.ofDays(1) : Duration.ofMillis(Math.max(1, due - now));
    }
  }

  @Override
  public List<Claim> claimHeld(String topic, int max) throws InboxException {
    reads.lock();
    try {
      return claimer.claimHeld(topic, max);
    } catch (SQLException e) {
      queries.clear();
      throw failure("claim from", e);
    } finally {
      reads.unlock();
    }
  }

  @Override
  public Set<String> heldTopics() throws InboxException {
    reads.lock();
    try (Statement statement = reading.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT DISTINCT held FROM entry WHERE held IS NOT NULL")) {
      Set<String> topics = new LinkedHashSet<>();
      while (rows.next()) {
        topics.add(rows.getString(1));
      }
      return topics;
    } catch (SQLException e) {
      throw failure("read", e);
    } finally {
      reads.unlock();
    }
  }

  /// All or none of them; where the file is damaged, all that it can still write, one by one:
  /// SQLite commits no transaction that has met a damaged page.
  @Override
  public void settle(Collection<? extends Settlement> settlements) throws InboxException {
    try {
      settleAll(settlements);
    } catch (InboxException.Unavailable e) {
      if (!isDamage(e)) {
        throw e;
      }
      // One of them: what was published must not come again for the sake of another.
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
    Settling settling = new Settling(settlements);
    var _ = writer.write(settling);
    settleDamaged(settling.marked.damaged());
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

  /// With new indexes, which are made once for all of them. What cannot be written stays claimed,
  /// so that it comes once more after a restart and not before.
  private void settleDamaged(List<Settlement> settlements) throws InboxException {
    if (settlements.isEmpty()) {
      return;
    }
    try {
      var _ = writer.write(new Repairing(List.of(), List.of(), settlements));
    } catch (InboxException.Unavailable e) {
      if (!isDamage(e)) {
        throw e;
      }
      settlements.forEach(
          settlement -> unreadable(settlement.sequence(), String.valueOf(e.getMessage())));
    }
  }

  private static boolean isDamage(InboxException e) {
    return e.getCause() instanceof SQLException sql && SqliteFailure.isDamaged(sql);
  }

  /// A file that takes nothing any more ends the process, after some tries.
  private void throwUnlessWritable(InboxException why) throws InboxException {
    try {
      var _ = writer.write(SqliteInbox::writeProbe);
    } catch (InboxException.Unavailable e) {
      throw isDamage(e) && why.getCause() instanceof SQLException sql
          ? settleDamage.failed(failure("mark entries in", sql))
          : e;
    }
  }

  private static int writeProbe(Statements statements) throws SQLException {
    // As much as a few events: were it less, it could fit where they do not.
    return statements
        .of("INSERT OR REPLACE INTO probe VALUES (1, zeroblob(65536))")
        .executeUpdate();
  }

  private final class Settling implements InboxWriter.Work<Integer> {
    private final Collection<? extends Settlement> settlements;
    private List<Settlement> ours = List.of();
    private EntryRows.Marked marked = EntryRows.Marked.NOTHING;

    Settling(Collection<? extends Settlement> settlements) {
      this.settlements = settlements;
    }

    @Override
    public boolean isUrgent() {
      return true;
    }

    @Override
    public Integer write(Statements statements) throws SQLException {
      ours = decide(claims -> claims.beginSettling(settlements));
      marked = EntryRows.mark(statements, ours, clock.wall().millis());
      return marked.written().size();
    }

    @Override
    public void rolledBack() {
      tell(claims -> claims.settlingFailed(ours));
    }

    @Override
    public void committed(Integer count) {
      tell(claims -> {
        claims.settled(marked.written());
        claims.settlingFailed(marked.damaged());
      });
    }
  }

  /// Does what operators have asked for. Of the writer's thread.
  private final class OperatorWork implements InboxWriter.Work<Integer> {
    private static final long ANSWERS_KEPT_MILLIS = Duration.ofDays(1).toMillis();

    private final List<OperatorRequests.Changed> changes = new ArrayList<>();
    private List<InboxLoss> lossesLeft = List.of();

    /// The request whose entries are given back in several transactions, and how far they are.
    private Retrying retrying = Retrying.NONE;

    private Retrying retryingNext = Retrying.NONE;

    /// After a failure, one request a transaction, so that it is known which one fails.
    private boolean isOneByOne;

    /// Requests that met a damaged page; those are answered as that.
    private final Set<Long> failed = new HashSet<>();

    private long tried;
    private boolean hasMore;
    private boolean goesOn;

    private record Retrying(long request, ParkedRetry retry) {
      static final Retrying NONE = new Retrying(0, ParkedRetry.BEGIN);
    }

    /// What gives thousands back leaves the reserve of the disk to marks.
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
      // Dates are compared with the clock that made them, answers are kept by the one of the wall.
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

    /// @return absent when it is not through
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
      tell(claims -> claims.changed(changes));
      changes.clear();
    }

    @Override
    public void rolledBack(Throwable why) {
      goesOn = false;
      // Without a request that was tried it is the table of them that is damaged.
      if (tried != 0 && why instanceof SQLException sql && SqliteFailure.isDamaged(sql)) {
        boolean isRetrying = retryingNext.request == tried;
        if (isRetrying && retryingNext.retry.step() != ParkedRetry.Step.SKIP) {
          retrying = new Retrying(tried, retryingNext.retry.failed());
          goesOn = true;
        } else if (isRetrying || isOneByOne) {
          // What has failed as that already is looked at again in a while.
          goesOn = failed.add(tried);
          retrying = Retrying.NONE;
          unreadable(0, "an operator's request about it failed: " + why.getMessage());
        } else {
          goesOn = true;
        }
        isOneByOne = true;
      }
      tell(InboxClaims::changeFailed);
      changes.clear();
    }
  }

  /// A row that the file cannot give any more. It stays claimed, so that it keeps no other back.
  private void unreadable(long sequence, String why) {
    damagedEntries.incrementAndGet();
    observer.damaged(sequence, "", "it cannot be read: " + why);
  }

  private boolean take(long sequence, boolean isFree) {
    return decide(claims -> claims.take(sequence, isFree));
  }

  /// Parks what is damaged, whatever its state says, and makes the indexes anew: they may not have
  /// all that waits. Of the writer's thread.
  private final class Repairing implements InboxWriter.Work<Integer> {
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

    /// @param unlisted what an index does not have
    /// @param settlements of claimed entries that are damaged or unlisted
    Repairing(List<Long> maybeDamaged, List<Long> unlisted, List<Settlement> settlements) {
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
        // What is claimed is found damaged by who settles it.
        EntryRows.find(statements, sequence)
            .filter(row -> row.damage().isPresent() && takes(row))
            .ifPresent(damaged::add);
      }
      for (long sequence : unlisted) {
        // Nobody asks for a topic that is not known to be held.
        EntryRows.find(statements, sequence)
            .filter(row -> row.damage().isEmpty() && row.standing().held() != null && takes(row))
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
      // By the difference: what an index counted at the start need not be what the rows say.
      moreWaiting = -statements.number(COUNT + "'waiting'");
      moreParked = -statements.number(COUNT + "'parked'");
      InboxIndexes.drop(statements);
      List<Long> changed = new ArrayList<>();
      for (StoredRow row : damaged) {
        EntryRows.park(statements, row, now);
        changed.add(row.sequence());
      }
      for (StoredRow row : held) {
        EntryRows.update(statements, row, row.standing().found());
      }
      for (Settlement settlement : ours) {
        Optional<StoredRow> row = EntryRows.find(statements, settlement.sequence());
        written.add(
            row.isPresent()
                ? EntryRows.markDamaged(statements, settlement, row.get(), now)
                : settlement);
        changed.add(settlement.sequence());
      }
      InboxIndexes.rebuild(statements, changed);
      moreWaiting += statements.number(COUNT + "'waiting'");
      moreParked += statements.number(COUNT + "'parked'");
    }

    private boolean takes(StoredRow row) {
      return take(row.sequence(), row.standing().isFree());
    }

    @Override
    public void committed(Integer count) {
      List<Long> taken =
          Stream.concat(damaged.stream(), held.stream()).map(StoredRow::sequence).toList();
      if (isNeeded) {
        tell(claims -> claims.repaired(taken, written, moreWaiting, moreParked));
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
      tell(claims -> {
        claims.changeFailed();
        claims.settlingFailed(ours);
      });
      damaged.clear();
      held.clear();
      written.clear();
      ours = List.of();
    }
  }

  /// Where pages cannot be read the indexes cannot be made anew, and so nothing can be parked: then
  /// it is told, and counted.
  private void repairOrTell(List<Long> damaged, List<Long> unlisted) throws InboxException {
    try {
      repair(damaged, unlisted);
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
          sequence -> observer.damaged(sequence, "", "an index does not have it" + why));
    }
  }

  private final class CheckRepair implements RowCheck.Repair {
    @Override
    public void repair(List<Long> damaged, List<Long> unlisted) throws InboxException {
      repairOrTell(damaged, unlisted);
    }

    @Override
    public void lost(long sequence, String eventId) {
      damagedEntries.incrementAndGet();
      observer.damaged(
          sequence,
          eventId,
          "it waits, and its row is lost: stop serve, and have 'stripebridge inbox recover' write"
              + " what can be read into a new inbox; fetch the event from Stripe if it is not among"
              + " that");
    }
  }

  private void repair(List<Long> damaged, List<Long> unlisted) throws InboxException {
    var _ = writer.write(new Repairing(damaged, unlisted, List.of()));
  }

  @Override
  public InboxFaults faults() {
    return new InboxFaults(damagedEntries.get(), losses);
  }

  @Override
  public InboxCounts counts() throws InboxException {
    reads.lock();
    try {
      Optional<Instant> oldest = oldest();
      return decide(claims -> new InboxCounts(claims.waiting(), claims.parked(), oldest));
    } catch (SQLException e) {
      throw failure("read", e);
    } finally {
      reads.unlock();
    }
  }

  /// Absent too when the oldest entry cannot be read: the counts are needed most then.
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

  /// The writer's own connection, for tests that ask it what it promises.
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
    // With all marks in the file: it may have to save what is left.
    watch.close();
    mark.close();
    reads.lock();
    try {
      file.close();
    } finally {
      reads.unlock();
    }
  }
}
