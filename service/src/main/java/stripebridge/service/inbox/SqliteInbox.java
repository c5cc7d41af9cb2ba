package stripebridge.service.inbox;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxAdmin;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;

/// The inbox in a SQLite file. Appending and settling are transactions of one writer; who has
/// claimed what is a matter of this process and is forgotten with it.
///
/// Thread-safe. What is claimed is decided by [InboxClaims], under a lock that is never held while
/// the disk is written or read. Readers take turns at a connection of their own.
public final class SqliteInbox implements Inbox {
  private final InboxFile file;
  private final InboxWriter writer;
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

  private SqliteInbox(InboxFile file, InboxClock clock, int waitingMax, Duration idMemory)
      throws SQLException {
    this.file = file;
    this.clock = clock;
    this.waitingMax = waitingMax;
    reading = file.connect();
    queries = new Statements(reading);
    lastSequence =
        InboxWriter.number(reading, "SELECT seq FROM sqlite_sequence WHERE name = 'entry'");
    claims =
        new InboxClaims(
            lastSequence,
            InboxWriter.number(reading, "SELECT count(*) FROM entry WHERE state = 'waiting'"),
            InboxWriter.number(reading, "SELECT count(*) FROM entry WHERE state = 'parked'"),
            RecentEntries.ENTRIES_MAX);
    claimer = new EntryClaimer(new ClaimRows(queries, clock.steady()), this::decide);
    writer = new InboxWriter(file, clock.wall(), idMemory, new OperatorWork());
  }

  /// Opens the file, and makes it when there is none.
  ///
  /// @param waitingMax waiting entries above which nothing is taken
  /// @param idMemory how long the id of a published event is remembered
  /// @throws InboxException.Unusable when an operator has to look; the file is then as it was
  public static SqliteInbox open(Path path, InboxClock clock, int waitingMax, Duration idMemory)
      throws InboxException {
    InboxFile file = InboxFile.open(path);
    try {
      return new SqliteInbox(file, clock, waitingMax, idMemory);
    } catch (SQLException e) {
      file.close();
      throw new InboxException.Unavailable(
          "cannot open the inbox '" + path + "': " + e.getMessage(), e);
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
    return writer.write(
        new InboxWriter.Work<Appended>() {
          private long sequence;

          @Override
          public Appended write(Statements statements) throws SQLException {
            if (decide(InboxClaims::waiting) + appendedUncommitted >= waitingMax) {
              return isHeld(statements, event) ? Appended.DUPLICATE : Appended.FULL;
            }
            long next = lastSequence + 1;
            if (!insert(statements, next, event)) {
              return Appended.DUPLICATE;
            }
            sequence = next;
            lastSequence = next;
            appendedUncommitted++;
            return Appended.STORED;
          }

          @Override
          public void rolledBack() {
            if (sequence != 0) {
              appendedUncommitted--;
            }
          }

          @Override
          public void committed(Appended result) {
            if (result == Appended.STORED) {
              appendedUncommitted--;
              tell(claims -> claims.appended(new InboxEntry(sequence, event, 0, 0)));
            }
          }
        });
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

  private static boolean insert(Statements statements, long sequence, ReceivedEvent event)
      throws SQLException {
    PreparedStatement insert =
        statements.of(
            """
            INSERT INTO entry
              (sequence, event_id, event_type, account, received_at, state, body, checksum)
            VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?) ON CONFLICT (event_id) DO NOTHING
            """);
    insert.setLong(1, sequence);
    insert.setString(2, event.id().text());
    insert.setString(3, event.type().text());
    insert.setString(4, event.account());
    insert.setLong(5, event.receivedAt().toEpochMilli());
    insert.setBytes(6, event.body());
    insert.setLong(7, Checksum.of(event));
    return insert.executeUpdate() == 1;
  }

  private static boolean isHeld(Statements statements, ReceivedEvent event) throws SQLException {
    PreparedStatement query = statements.of("SELECT 1 FROM entry WHERE event_id = ?");
    query.setString(1, event.id().text());
    try (ResultSet rows = query.executeQuery()) {
      return rows.next();
    }
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
        if (!found.isEmpty() || deadline - System.nanoTime() <= 0) {
          return found;
        }
        untilDue = untilDue();
      } catch (SQLException e) {
        queries.clear();
        throw failure("claim from", e);
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

  @Override
  public void settle(Collection<? extends Settlement> settlements) throws InboxException {
    var _ =
        writer.write(
            new InboxWriter.Work<List<Settlement>>() {
              private List<Settlement> ours = List.of();

              @Override
              public List<Settlement> write(Statements statements) throws SQLException {
                ours = decide(claims -> claims.beginSettling(settlements));
                for (Settlement settlement : ours) {
                  mark(statements, settlement);
                }
                return ours;
              }

              @Override
              public void rolledBack() {
                tell(claims -> claims.settlingFailed(ours));
              }

              @Override
              public void committed(List<Settlement> ours) {
                tell(claims -> claims.settled(ours));
              }
            });
  }

  private void mark(Statements statements, Settlement settlement) throws SQLException {
    String set =
        switch (settlement) {
          case Settlement.Published _ ->
              "state = 'published', body = NULL, held = NULL, due_at = 0, settled_at = ?2";
          case Settlement.Refused _ ->
              "refusals = refusals + 1, permanent_refusals = permanent_refusals + ?4,"
                  + " due_at = ?2, reason = ?3, held = NULL";
          case Settlement.Held _ -> "held = ?3, due_at = 0";
          case Settlement.Parked _ ->
              "state = 'parked', held = NULL, due_at = 0, settled_at = ?2, reason = ?3,"
                  + " detail = ?4";
          case Settlement.Released _ -> "";
        };
    if (set.isEmpty()) {
      return; // Nothing of it is in the store.
    }
    long now = clock.wall().millis();
    PreparedStatement update = statements.of("UPDATE entry SET " + set + " WHERE sequence = ?1");
    update.setLong(1, settlement.sequence());
    switch (settlement) {
      case Settlement.Published _ -> update.setLong(2, now);
      case Settlement.Refused(long _, Instant at, String reason, boolean isPermanent) -> {
        // 0 would mean never tried.
        update.setLong(2, Math.max(1, at.toEpochMilli()));
        update.setString(3, reason);
        update.setInt(4, isPermanent ? 1 : 0);
      }
      case Settlement.Held(long _, String topic) -> update.setString(3, topic);
      case Settlement.Parked(long _, var reason, String detail) -> {
        update.setLong(2, now);
        update.setString(3, reason.name());
        update.setString(4, detail);
      }
      case Settlement.Released _ -> throw new IllegalStateException("returned above");
    }
    update.executeUpdate();
  }

  /// Does what operators have asked for. Of the writer's thread.
  private final class OperatorWork implements InboxWriter.Work<Integer> {
    private static final long ANSWERS_KEPT_MILLIS = Duration.ofDays(1).toMillis();

    private final List<Requests.Changed> changes = new ArrayList<>();

    @Override
    public Integer write(Statements statements) throws SQLException {
      // Dates are compared with the clock that made them, answers are kept by the one of the wall.
      long now = clock.steady().millis();
      List<Requests.Request> asked = Requests.unanswered(statements);
      for (Requests.Request request : asked) {
        InboxAdmin.Answer answer =
            Requests.apply(
                statements,
                request.action(),
                request.eventId(),
                now,
                (sequence, isFree) -> decide(claims -> claims.take(sequence, isFree)),
                changes);
        Requests.answer(statements, request, answer, clock.wall().millis());
      }
      PreparedStatement forget = statements.of("DELETE FROM request WHERE answered_at < ?");
      forget.setLong(1, clock.wall().millis() - ANSWERS_KEPT_MILLIS);
      forget.executeUpdate();
      return asked.size();
    }

    @Override
    public void committed(Integer count) {
      tell(claims -> claims.changed(changes));
      changes.clear();
    }

    @Override
    public void rolledBack() {
      tell(InboxClaims::changeFailed);
      changes.clear();
    }
  }

  @Override
  public InboxCounts counts() throws InboxException {
    reads.lock();
    try (Statement statement = reading.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT received_at FROM entry WHERE state = 'waiting'"
                    + " ORDER BY sequence LIMIT 1")) {
      Optional<Instant> oldest =
          rows.next() ? Optional.of(Instant.ofEpochMilli(rows.getLong(1))) : Optional.empty();
      return decide(claims -> new InboxCounts(claims.waiting(), claims.parked(), oldest));
    } catch (SQLException e) {
      throw failure("read", e);
    } finally {
      reads.unlock();
    }
  }

  private InboxException failure(String what, SQLException e) {
    String message = "cannot " + what + " the inbox '" + file + "': " + e.getMessage();
    return Sql.isDamaged(e)
        ? new InboxException.Unusable(message, "restore it from a copy, or move it away", e)
        : new InboxException.Unavailable(message, e);
  }

  @Override
  public Optional<Throwable> failure() {
    return writer.failure();
  }

  /// The writer's own connection, for tests that ask it what it promises.
  Connection writing() {
    return writer.connection();
  }

  @Override
  public void close() {
    writer.close();
    reads.lock();
    try {
      reading.close();
    } catch (SQLException _) {
      // It only read.
    } finally {
      reads.unlock();
      file.close();
    }
  }
}
