package stripebridge.service.inbox;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;

/// The inbox in a SQLite file. Appending and settling are transactions of one writer; claiming is a
/// matter of this process and is forgotten with it.
///
/// Thread-safe. `claims` guards what is claimed and the cursor; it is never held while the disk is
/// written, and while it is read only by who claims.
public final class SqliteInbox implements Inbox {
  // An operator's command, or a serve that was just stopped, is done in a moment.
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final DateTimeFormatter SAVED_AT =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final InboxFile file;
  private final InboxWriter writer;
  private final DiskGuard disk;
  private final FileWatch watch;
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

  private SqliteInbox(
      InboxFile file, InstantSource clock, int waitingMax, Duration idMemory, Duration drainMax)
      throws SQLException, IOException {
    this.file = file;
    this.clock = clock;
    this.waitingMax = waitingMax;
    reading = file.connect();
    waiting.set(InboxWriter.number(reading, "SELECT count(*) FROM entry WHERE state = 'waiting'"));
    parked.set(InboxWriter.number(reading, "SELECT count(*) FROM entry WHERE state = 'parked'"));
    lastSequence =
        InboxWriter.number(reading, "SELECT seq FROM sqlite_sequence WHERE name = 'entry'");
    tail.breakOff(lastSequence);
    disk = new DiskGuard(file.reserve());
    writer = new InboxWriter(file, clock, idMemory, new OperatorRequests(), disk);
    watch = new FileWatch(file.path(), waiting::get, this::save, drainMax);
  }

  /// Opens the file, and makes it when there is none.
  ///
  /// @param waitingMax waiting entries above which nothing is taken
  /// @param idMemory how long the id of a published event is remembered
  /// @throws InboxException.Unusable when an operator has to look; the file is then as it was
  public static SqliteInbox open(Path path, InstantSource clock, int waitingMax, Duration idMemory)
      throws InboxException {
    return open(path, clock, waitingMax, idMemory, FileWatch.DRAIN_MAX);
  }

  /// The same, for tests of what becomes of a lost file.
  static SqliteInbox open(
      Path path, InstantSource clock, int waitingMax, Duration idMemory, Duration drainMax)
      throws InboxException {
    InboxFile file = InboxFile.open(path, "serve", PATIENCE);
    try {
      return new SqliteInbox(file, clock, waitingMax, idMemory, drainMax);
    } catch (IOException | SQLException e) {
      file.close();
      throw InboxFile.failure(path, "open", e);
    }
  }

  @Override
  public Appended append(ReceivedEvent event) throws InboxException {
    Optional<String> outage = outage();
    if (outage.isPresent()) {
      // To look takes no room; but what is in a lost file is no promise.
      if (watch.lost().isEmpty() && writer.write(statements -> EntryRows.isKnownId(statements, event))) {
        return Appended.DUPLICATE;
      }
      throw cannotStore(outage.get());
    }
    return writer.write(
        new InboxWriter.Work<Appended>() {
          private long sequence;

          @Override
          public Appended write(Statements statements) throws SQLException {
            if (waiting.get() >= waitingMax) {
              return EntryRows.isKnownId(statements, event) ? Appended.DUPLICATE : Appended.FULL;
            }
            long next = lastSequence + 1;
            if (!EntryRows.insert(statements, next, event)) {
              return Appended.DUPLICATE;
            }
            sequence = next;
            lastSequence = next;
            waiting.incrementAndGet();
            return Appended.STORED;
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
              claims.lock();
              try {
                tail.add(new InboxEntry(sequence, event, 0, 0));
                changed.signalAll();
              } finally {
                claims.unlock();
              }
            }
          }
        });
  }

  @Override
  public void probe() throws InboxException {
    Optional<String> outage = outage();
    if (outage.isPresent()) {
      throw cannotStore(outage.get());
    }
    var _ =
        writer.write(statements -> {
          // As much as a few events: were it less, it could fit where they do not.
          return statements
              .of("INSERT OR REPLACE INTO probe VALUES (1, zeroblob(65536))")
              .executeUpdate();
        });
  }

  /// A file without a name, or a full disk. The broker may be away for as long as it likes: what is
  /// stored gets to it only if its marks can be stored as well.
  @Override
  public Optional<String> outage() {
    return watch
        .lost()
        .map(what -> what + " while it was open: restart to make a new one")
        .or(disk::outage);
  }

  private InboxException cannotStore(String outage) {
    return new InboxException.Unavailable(
        "cannot store in the inbox '" + file + "': " + outage, null);
  }

  /// Why the process has to end, if it has: the file was taken away, and nothing is left to do.
  public Optional<Throwable> failure() {
    return watch.failure();
  }

  /// Writes all that is in the open file into one that has a name.
  private String save() {
    if (waiting.get() + parked.get() == 0) {
      return "all that it held was published";
    }
    Path to = Ownership.beside(file.path(), ".saved-" + SAVED_AT.format(clock.instant()));
    String held = "%d waiting and %d parked".formatted(waiting.get(), parked.get());
    claims.lock();
    try (Statement statement = reading.createStatement()) {
      Ownership.create(to);
      statement.execute("VACUUM INTO '" + to.toString().replace("'", "''") + "'");
      return held
          + " are saved: 'stripebridge inbox move --from %s --to %s' carries them over"
              .formatted(to, file.path());
    } catch (IOException | SQLException e) {
      return held + " could not be saved: " + e.getMessage();
    } finally {
      claims.unlock();
    }
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
            new InboxWriter.Work<Integer>() {
              @Override
              public boolean isUrgent() {
                return true;
              }

              @Override
              public Integer write(Statements statements) throws SQLException {
                long now = clock.millis();
                for (Settlement settlement : ours) {
                  EntryRows.mark(statements, settlement, now);
                }
                return ours.size();
              }

              @Override
              public void committed(Integer count) {
                settled(ours);
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

  /// Does what operators have asked for. Of the writer's thread.
  private final class OperatorRequests implements InboxWriter.Work<Integer> {
    private static final long ANSWERS_KEPT_MILLIS = Duration.ofDays(1).toMillis();

    private final List<Long> taken = new ArrayList<>();
    private final List<Requests.Changed> changed = new ArrayList<>();

    @Override
    public boolean isUrgent() {
      return true;
    }

    @Override
    public Integer write(Statements statements) throws SQLException {
      long now = clock.millis();
      List<Requests.Request> asked = Requests.unanswered(statements);
      for (Requests.Request request : asked) {
        InboxAdmin.Answer answer =
            Requests.apply(
                statements, request.action(), request.eventId(), now, this::take, changed);
        Requests.answer(statements, request, answer, now);
      }
      PreparedStatement forget = statements.of("DELETE FROM request WHERE answered_at < ?");
      forget.setLong(1, now - ANSWERS_KEPT_MILLIS);
      forget.executeUpdate();
      return asked.size();
    }

    /// Nobody else gets it until it is settled.
    private boolean take(long sequence) {
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
    return InboxFile.failure(file.path(), what, e);
  }

  /// The writer's own connection, for tests that ask it what it promises.
  Connection writing() {
    return writer.connection();
  }

  @Override
  public void close() {
    watch.close();
    writer.close();
    claims.lock();
    try {
      file.close();
    } finally {
      claims.unlock();
    }
  }
}
