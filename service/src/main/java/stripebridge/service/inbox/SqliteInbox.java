package stripebridge.service.inbox;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxAdmin;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.InboxFaults;
import stripebridge.core.inbox.InboxLoss;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;

/// The inbox in a SQLite file. Appending and settling are transactions of one writer; claiming is a
/// matter of this process and is forgotten with it.
///
/// Thread-safe. `claims` guards what is claimed and the cursor; it is never held while the disk is
/// written, and while it is read only by who claims.
public final class SqliteInbox implements Inbox {
  private final InboxFile file;
  private final InboxWriter writer;
  private final InstantSource clock;
  private final int waitingMax;
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong parked = new AtomicLong();

  private final ReentrantLock claims = new ReentrantLock();
  private final Condition changed = claims.newCondition();
  private final Connection reading;

  /// What somebody has and has not settled.
  private final Set<Long> claimed = new HashSet<>();

  /// What was claimed and given back untried; all of them below the cursor.
  private final TreeSet<Long> returned = new TreeSet<>();

  private final Tail tail = new Tail();

  /// Up to which sequence entries have been claimed for the first time.
  private long cursor;

  /// Written by the writer only.
  private long lastSequence;

  private final InboxObserver observer;
  private final AtomicLong damagedEntries = new AtomicLong();
  private final HighWaterMark mark;
  private final RowCheck check;
  private volatile List<InboxLoss> losses;

  private SqliteInbox(
      InboxFile file,
      InstantSource clock,
      int waitingMax,
      Duration idMemory,
      InboxObserver observer)
      throws SQLException {
    this.file = file;
    this.observer = observer;
    this.clock = clock;
    this.waitingMax = waitingMax;
    try (Connection connection = file.connectToWrite()) {
      EntryRows.hastenFarDates(new Statements(connection), clock.millis());
    }
    reading = file.connect();
    waiting.set(InboxWriter.number(reading, "SELECT count(*) FROM entry WHERE state = 'waiting'"));
    parked.set(InboxWriter.number(reading, "SELECT count(*) FROM entry WHERE state = 'parked'"));
    Statements statements = new Statements(reading);
    lastSequence = Losses.lastSequence(statements);
    losses = Losses.unacknowledged(statements);
    losses.forEach(observer::missing);
    String inboxId = Losses.inboxId(statements);
    statements.clear();
    tail.breakOff(lastSequence);
    writer = new InboxWriter(file, clock, idMemory, new OperatorRequests());
    mark = HighWaterMark.start(file.markPath(), inboxId, lastSequence, clock, observer);
    check = RowCheck.start(file.connect(), lastSequence, this::parkDamaged, observer);
  }

  /// Opens the file, and makes it when there is none.
  ///
  /// @param waitingMax waiting entries above which nothing is taken
  /// @param idMemory how long the id of a published event is remembered
  /// @throws InboxException.Unusable when an operator has to look; the file is then as it was
  public static SqliteInbox open(Path path, InstantSource clock, int waitingMax, Duration idMemory)
      throws InboxException {
    return open(path, clock, waitingMax, idMemory, InboxObserver.NONE);
  }

  /// The same for who tells what the file shows of itself.
  public static SqliteInbox open(
      Path path, InstantSource clock, int waitingMax, Duration idMemory, InboxObserver observer)
      throws InboxException {
    InboxFile file = InboxFile.open(path, observer);
    try {
      return new SqliteInbox(file, clock, waitingMax, idMemory, observer);
    } catch (SQLException e) {
      file.close();
      throw new InboxException.Unavailable(
          "cannot open the inbox '" + path + "': " + e.getMessage(), e);
    }
  }

  @Override
  public Appended append(ReceivedEvent event) throws InboxException {
    Append append = new Append(event);
    Appended result = writer.write(append);
    if (append.damaged != 0) {
      // Its id is known by an entry that is not what was stored: an operator must see that.
      parkDamaged(List.of(append.damaged));
    }
    return result;
  }

  private final class Append implements InboxWriter.Work<Appended> {
    private final ReceivedEvent event;
    private long sequence;

    /// The entry that has the event's id, if it is damaged.
    private long damaged;

    Append(ReceivedEvent event) {
      this.event = event;
    }

    @Override
    public Appended write(Statements statements) throws SQLException {
      if (waiting.get() >= waitingMax) {
        return isKnown(statements) ? Appended.DUPLICATE : Appended.FULL;
      }
      long next = lastSequence + 1;
      if (!EntryRows.insert(statements, next, event)) {
        var _ = isKnown(statements);
        return Appended.DUPLICATE;
      }
      sequence = next;
      lastSequence = next;
      waiting.incrementAndGet();
      return Appended.STORED;
    }

    private boolean isKnown(Statements statements) throws SQLException {
      Optional<StoredRow> known = EntryRows.find(statements, event.id().text());
      known.filter(row -> row.damage().isPresent()).ifPresent(row -> damaged = row.sequence());
      return known.isPresent();
    }

    @Override
    public void rolledBack() {
      if (sequence != 0) {
        waiting.decrementAndGet();
      }
    }

    @Override
    public void committed(Appended result) {
      if (result == Appended.STORED) {
        mark.advance(sequence);
        claims.lock();
        try {
          tail.add(new InboxEntry(sequence, event, 0, 0));
          changed.signalAll();
        } finally {
          claims.unlock();
        }
      }
    }
  }

  @Override
  public void probe() throws InboxException {
    var _ =
        writer.write(statements -> {
          // As much as a few events: were it less, it could fit where they do not.
          return statements
              .of("INSERT OR REPLACE INTO probe VALUES (1, zeroblob(65536))")
              .executeUpdate();
        });
  }

  @Override
  public List<Claim> claim(int max, Duration wait) throws InboxException, InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    claims.lockInterruptibly();
    try {
      while (true) {
        List<Claim> found = claimNow(max);
        long left = deadline - System.nanoTime();
        if (!found.isEmpty() || left <= 0) {
          return found;
        }
        long untilDue = Math.max(1_000_000, untilDue().toNanos());
        var _ = changed.awaitNanos(Math.min(left, untilDue));
      }
    } catch (SQLException e) {
      throw failure("claim from", e);
    } finally {
      claims.unlock();
    }
  }

  /// What was given back and what is due came first, and is first.
  private List<Claim> claimNow(int max) throws SQLException {
    List<Claim> found = new ArrayList<>();
    while (!returned.isEmpty() && found.size() < max) {
      long sequence = returned.removeFirst();
      found.addAll(
          EntryRows.claims(
              reading,
              "SELECT "
                  + EntryRows.COLUMNS
                  + " FROM entry WHERE sequence = ? AND state = 'waiting' AND held IS NULL",
              sequence));
      claimed.add(sequence);
    }
    claimDue(max, found);
    if (found.size() < max) {
      claimNew(max - found.size(), found);
    }
    found.sort(Comparator.comparingLong(Claim::sequence));
    found.forEach(claim -> claimed.add(claim.sequence()));
    return found;
  }

  private void claimDue(int max, List<Claim> found) throws SQLException {
    int room = max - found.size();
    if (room <= 0) {
      return;
    }
    // Some of those that are due may be claimed already; they take no room.
    for (Claim claim :
        EntryRows.claims(
            reading,
            "SELECT "
                + EntryRows.COLUMNS
                + " FROM entry WHERE state = 'waiting' AND due_at > 0 AND due_at <= ?"
                + " AND held IS NULL ORDER BY due_at LIMIT ?",
            clock.millis(),
            room + claimed.size())) {
      if (!claimed.contains(claim.sequence()) && found.size() < max) {
        found.add(claim);
      }
    }
  }

  private void claimNew(int max, List<Claim> found) throws SQLException {
    int before = found.size();
    cursor = Math.max(cursor, tail.take(max, found));
    if (found.size() > before || tail.isWhole()) {
      return;
    }
    while (found.size() == before) {
      List<Claim> read =
          EntryRows.claims(
              reading,
              "SELECT "
                  + EntryRows.COLUMNS
                  + " FROM entry WHERE state = 'waiting' AND sequence > ? AND due_at = 0"
                  + " AND held IS NULL ORDER BY sequence LIMIT ?",
              cursor,
              max);
      if (read.isEmpty()) {
        // Whoever commits now waits for this lock to tell the tail, which begins anew after that.
        cursor = Math.max(cursor, tail.beginAnew());
        return;
      }
      cursor = read.getLast().sequence();
      // What an operator gave back may have been claimed already.
      read.stream().filter(claim -> !claimed.contains(claim.sequence())).forEach(found::add);
    }
  }

  private Duration untilDue() throws SQLException {
    try (PreparedStatement query =
        reading.prepareStatement(
            "SELECT min(due_at) FROM entry WHERE state = 'waiting' AND due_at > ?")) {
      long now = clock.millis();
      query.setLong(1, now);
      try (ResultSet rows = query.executeQuery()) {
        long due = rows.next() ? rows.getLong(1) : 0;
        return due == 0 ? Duration.ofDays(1) : Duration.ofMillis(due - now);
      }
    }
  }

  @Override
  public List<Claim> claimHeld(String topic, int max) throws InboxException {
    claims.lock();
    try {
      List<Claim> found = new ArrayList<>();
      for (Claim claim :
          EntryRows.claims(
              reading,
              "SELECT "
                  + EntryRows.COLUMNS
                  + " FROM entry WHERE held = ? AND state = 'waiting' ORDER BY sequence LIMIT ?",
              topic,
              max + claimed.size())) {
        if (found.size() < max && claimed.add(claim.sequence())) {
          found.add(claim);
        }
      }
      return found;
    } catch (SQLException e) {
      throw failure("claim from", e);
    } finally {
      claims.unlock();
    }
  }

  @Override
  public Set<String> heldTopics() throws InboxException {
    claims.lock();
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
      claims.unlock();
    }
  }

  @Override
  public void settle(Collection<? extends Settlement> settlements) throws InboxException {
    List<Settlement> ours = new ArrayList<>();
    claims.lock();
    try {
      for (Settlement settlement : settlements) {
        if (claimed.contains(settlement.sequence())) {
          ours.add(settlement);
        }
      }
    } finally {
      claims.unlock();
    }
    var _ =
        writer.write(
            new InboxWriter.Work<List<Settlement>>() {
              @Override
              public List<Settlement> write(Statements statements) throws SQLException {
                return EntryRows.mark(statements, ours, clock.millis());
              }

              @Override
              public void committed(List<Settlement> written) {
                settled(written);
              }
            });
  }

  private void settled(List<Settlement> settlements) {
    claims.lock();
    try {
      for (Settlement settlement : settlements) {
        if (!claimed.remove(settlement.sequence())) {
          continue;
        }
        switch (settlement) {
          case Settlement.Published _ -> waiting.decrementAndGet();
          case Settlement.Parked _ -> {
            waiting.decrementAndGet();
            parked.incrementAndGet();
          }
          case Settlement.Released(long sequence) -> returned.add(sequence);
          case Settlement.Refused _, Settlement.Held _ -> {}
        }
      }
      changed.signalAll();
    } finally {
      claims.unlock();
    }
  }

  /// Changes entries that nobody has claimed. Of the writer's thread.
  private abstract class Intervention implements InboxWriter.Work<Integer> {
    private final List<Long> taken = new ArrayList<>();
    final List<Requests.Changed> changed = new ArrayList<>();

    /// Nobody else gets it until it is settled.
    boolean take(long sequence) {
      claims.lock();
      try {
        if (!claimed.add(sequence)) {
          return false;
        }
        tail.remove(sequence);
        returned.remove(sequence);
        taken.add(sequence);
        return true;
      } finally {
        claims.unlock();
      }
    }

    @Override
    public void committed(Integer count) {
      claims.lock();
      try {
        forgetTaken();
        for (Requests.Changed each : changed) {
          boolean waits = each.to() == EntryState.WAITING;
          if (each.from() == EntryState.PARKED) {
            parked.decrementAndGet();
            if (waits) {
              waiting.incrementAndGet();
              returned.add(each.sequence());
            }
          } else if (!waits) {
            waiting.decrementAndGet();
          }
        }
        changed.clear();
        SqliteInbox.this.changed.signalAll();
      } finally {
        claims.unlock();
      }
    }

    @Override
    public void rolledBack() {
      claims.lock();
      try {
        returned.addAll(taken);
        forgetTaken();
        changed.clear();
      } finally {
        claims.unlock();
      }
    }

    /// At the end of each transaction: the next one may fail before it writes anything.
    private void forgetTaken() {
      taken.forEach(claimed::remove);
      taken.clear();
    }
  }

  /// Does what operators have asked for.
  private final class OperatorRequests extends Intervention {
    private static final long ANSWERS_KEPT_MILLIS = Duration.ofDays(1).toMillis();

    private List<InboxLoss> lossesLeft = List.of();

    @Override
    public Integer write(Statements statements) throws SQLException {
      long now = clock.millis();
      List<Requests.Request> asked = Requests.unanswered(statements);
      for (Requests.Request request : asked) {
        InboxAdmin.Answer answer =
            request.action().isEmpty()
                ? new InboxAdmin.Answer(InboxAdmin.Outcome.NOT_APPLICABLE, 0)
                : Requests.apply(
                    statements,
                    request.action().get(),
                    request.eventId(),
                    now,
                    this::take,
                    changed);
        Requests.answer(statements, request, answer, now);
      }
      PreparedStatement forget = statements.of("DELETE FROM request WHERE answered_at < ?");
      forget.setLong(1, now - ANSWERS_KEPT_MILLIS);
      forget.executeUpdate();
      lossesLeft = Losses.unacknowledged(statements);
      return asked.size();
    }

    @Override
    public void committed(Integer count) {
      losses = lossesLeft;
      super.committed(count);
    }
  }

  /// Parks what is damaged, whatever its state says.
  private final class DamageParking extends Intervention {
    private static final String COUNT = "SELECT count(*) FROM entry WHERE state = ";

    private final List<Long> sequences;
    private final List<StoredRow> damaged = new ArrayList<>();
    private long moreWaiting;
    private long moreParked;

    DamageParking(List<Long> sequences) {
      this.sequences = sequences;
    }

    @Override
    public Integer write(Statements statements) throws SQLException {
      damaged.clear();
      for (long sequence : sequences) {
        Optional<StoredRow> row = EntryRows.find(statements, sequence);
        // What is claimed is found damaged by who settles it.
        if (row.isPresent() && row.get().damage().isPresent() && take(sequence)) {
          damaged.add(row.get());
        }
      }
      if (!damaged.isEmpty()) {
        // By the difference: what an index counted at the start need not be what the rows say.
        moreWaiting = -statements.number(COUNT + "'waiting'");
        moreParked = -statements.number(COUNT + "'parked'");
        EntryRows.park(statements, damaged, clock.millis());
        moreWaiting += statements.number(COUNT + "'waiting'");
        moreParked += statements.number(COUNT + "'parked'");
      }
      return damaged.size();
    }

    @Override
    public void committed(Integer count) {
      waiting.addAndGet(moreWaiting);
      parked.addAndGet(moreParked);
      damagedEntries.addAndGet(count);
      for (StoredRow row : damaged) {
        observer.damaged(row.sequence(), row.eventId(), row.damage().orElse(""));
      }
      super.committed(count);
    }
  }

  private void parkDamaged(List<Long> sequences) throws InboxException {
    var _ = writer.write(new DamageParking(sequences));
  }

  @Override
  public InboxFaults faults() {
    return new InboxFaults(damagedEntries.get(), losses);
  }

  @Override
  public InboxCounts counts() throws InboxException {
    claims.lock();
    try (Statement statement = reading.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT received_at FROM entry WHERE state = 'waiting'"
                    + " ORDER BY sequence LIMIT 1")) {
      Optional<Instant> oldest =
          rows.next() ? Optional.of(Instant.ofEpochMilli(rows.getLong(1))) : Optional.empty();
      return new InboxCounts(waiting.get(), parked.get(), oldest);
    } catch (SQLException e) {
      throw failure("read", e);
    } finally {
      claims.unlock();
    }
  }

  private InboxException failure(String what, SQLException e) {
    String message = "cannot " + what + " the inbox '" + file + "': " + e.getMessage();
    return EntryRows.isDamaged(e)
        ? new InboxException.Unusable(message, "restore it from a copy, or move it away", e)
        : new InboxException.Unavailable(message, e);
  }

  /// The writer's own connection, for tests that ask it what it promises.
  Connection writing() {
    return writer.connection();
  }

  @Override
  public void close() {
    check.close();
    writer.close();
    mark.close();
    claims.lock();
    try {
      reading.close();
    } catch (SQLException _) {
      // It only read.
    } finally {
      claims.unlock();
      file.close();
    }
  }
}
