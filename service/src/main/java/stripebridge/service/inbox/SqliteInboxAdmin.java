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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.EntryRow;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.HeldBehind;
import stripebridge.core.inbox.InboxAdmin;
import stripebridge.core.inbox.InboxAdmin.EntryFilter;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.InboxLoss;
import stripebridge.core.inbox.InboxStats;
import stripebridge.service.inbox.OperatorRequests.Action;

/// An operator's view of an inbox's file. It reads on its own connection, even while the file has
/// an owner. To change something, it writes a request and waits for the owner, or does it itself if
/// the file has no owner.
public final class SqliteInboxAdmin implements InboxAdmin {
  // The owner looks three times a second.
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);
  private static final String ROW =
      "SELECT sequence, event_id, event_type, account, received_at, state, refusals,"
          + " permanent_refusals, due_at, held, settled_at, reason, detail,"
          + " coalesce(length(body), 0) FROM entry";

  // A starting serve waits longer than this.
  private static final Duration OWNING_MAX = Duration.ofSeconds(2);

  // Longer work releases the file in between, for a starting serve that tries 20 times a second.
  private static final Duration OWNED_AT_ONCE = Duration.ofSeconds(1);
  private static final Duration RELEASED_FOR = Duration.ofMillis(200);

  private final Path path;
  private final InstantSource clock;

  /// Closed while this tries to own the file: see [Ownership].
  private @Nullable Connection connection;

  private SqliteInboxAdmin(Path path, InstantSource clock) {
    this.path = path;
    this.clock = clock;
  }

  /// Opens an existing file.
  ///
  /// @throws InboxException.Unusable when it is missing or is not an inbox
  public static SqliteInboxAdmin open(Path path, InstantSource clock) throws InboxException {
    if (!Files.exists(path)) {
      throw new InboxException.Unusable(
          "cannot open the inbox '" + path + "': there is no such file",
          "INBOX_PATH sets where serve keeps it; serve creates it when it starts",
          null);
    }
    try {
      Path real = Ownership.resolveLinks(path);
      Ownership.refuseSecondName(real);
      SqliteInboxAdmin admin = new SqliteInboxAdmin(real, clock);
      admin.throwIfHalfMigrated();
      return admin;
    } catch (IOException | SQLException e) {
      throw InboxFile.failure(path, "open", e);
    }
  }

  private Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = InboxFile.connectTo(path);
      connection = open;
    }
    return open;
  }

  private void throwIfHalfMigrated() throws SQLException, InboxException {
    try {
      if (!MigrationToVersion2.isUnfinished(new Statements(connection()))) {
        return;
      }
    } catch (SQLException e) {
      close();
      throw e;
    }
    close();
    throw new InboxException.Unavailable(
        "cannot open the inbox '"
            + path
            + "': it is being migrated to version 2; if serve was stopped meanwhile, its next start"
            + " completes that",
        null);
  }

  @Override
  public List<EntryRow> list(EntryFilter filter, int max) throws InboxException {
    StringBuilder query = new StringBuilder(ROW).append(" WHERE 1");
    List<Object> values = new ArrayList<>();
    filter
        .state()
        .ifPresent(state -> {
          query.append(" AND state = ?");
          values.add(StateText.of(state));
        });
    filter
        .type()
        .ifPresent(type -> {
          boolean isPrefix = type.endsWith("*");
          query.append(isPrefix ? " AND substr(event_type, 1, ?) = ?" : " AND event_type = ?");
          String start = isPrefix ? type.substring(0, type.length() - 1) : type;
          if (isPrefix) {
            values.add(start.length());
          }
          values.add(start);
        });
    filter
        .since()
        .ifPresent(since -> {
          query.append(" AND received_at >= ?");
          values.add(since.toEpochMilli());
        });
    values.add(max);
    return rows(query.append(" ORDER BY sequence LIMIT ?").toString(), values);
  }

  @Override
  public Optional<EntryRow> find(String eventId) throws InboxException {
    return rows(ROW + " WHERE event_id = ? ORDER BY sequence LIMIT 1", List.of(eventId)).stream()
        .findFirst();
  }

  private List<EntryRow> rows(String query, List<Object> values) throws InboxException {
    try (PreparedStatement statement = prepared(query, values);
        ResultSet rows = statement.executeQuery()) {
      List<EntryRow> found = new ArrayList<>();
      while (rows.next()) {
        found.add(row(rows));
      }
      return found;
    } catch (SQLException e) {
      throw InboxFile.failure(path, "read", e);
    }
  }

  private PreparedStatement prepared(String query, List<Object> values) throws SQLException {
    PreparedStatement statement = connection().prepareStatement(query);
    for (int i = 0; i < values.size(); i++) {
      statement.setObject(i + 1, values.get(i));
    }
    return statement;
  }

  private static EntryRow row(ResultSet row) throws SQLException {
    return new EntryRow(
        row.getLong(1),
        orEmpty(row.getString(2)),
        orEmpty(row.getString(3)),
        orEmpty(row.getString(4)),
        Instant.ofEpochMilli(row.getLong(5)),
        state(row.getString(6)),
        row.getInt(7),
        row.getInt(8),
        time(row.getLong(9)),
        Optional.ofNullable(row.getString(10)),
        time(row.getLong(11)),
        orEmpty(row.getString(12)),
        orEmpty(row.getString(13)),
        row.getLong(14));
  }

  private static Optional<Instant> time(long millis) {
    return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static EntryState state(@Nullable String text) {
    // An unknown state is damage, and the entry will be parked.
    return StateText.parse(text).orElse(EntryState.PARKED);
  }

  @Override
  public Optional<byte[]> body(String eventId) throws InboxException {
    try (PreparedStatement statement =
            prepared(
                "SELECT body FROM entry WHERE event_id = ? ORDER BY sequence LIMIT 1",
                List.of(eventId));
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? Optional.ofNullable(rows.getBytes(1)) : Optional.empty();
    } catch (SQLException e) {
      throw InboxFile.failure(path, "read", e);
    }
  }

  @Override
  public InboxStats stats() throws InboxException {
    Map<EntryState, Long> byState = new EnumMap<>(EntryState.class);
    counts("SELECT state, count(*) FROM entry GROUP BY state")
        .forEach((state, count) -> byState.merge(state(state), count, Long::sum));
    try (Statement statement = connection().createStatement();
        ResultSet oldest =
            statement.executeQuery(
                "SELECT received_at FROM entry WHERE state = 'waiting'"
                    + " ORDER BY sequence LIMIT 1")) {
      return new InboxStats(
          byState,
          counts(
              "SELECT event_type, count(*) FROM entry WHERE state = 'waiting' GROUP BY 1"
                  + " ORDER BY 2 DESC, 1 LIMIT 10"),
          counts("SELECT reason, count(*) FROM entry WHERE state = 'parked' GROUP BY 1 ORDER BY 1"),
          byTopic(
              counts(
                  "SELECT held, count(*) FROM entry WHERE held IS NOT NULL GROUP BY 1 ORDER BY 1")),
          oldest.next() ? time(oldest.getLong(1)) : Optional.empty(),
          bytes());
    } catch (SQLException e) {
      throw InboxFile.failure(path, "read", e);
    }
  }

  private static Map<String, Long> byTopic(Map<String, Long> byBehind) {
    Map<String, Long> byTopic = new LinkedHashMap<>();
    byBehind.forEach(
        (behind, count) -> byTopic.merge(HeldBehind.of(behind).topic(), count, Long::sum));
    return byTopic;
  }

  private Map<String, Long> counts(String query) throws InboxException {
    try (Statement statement = connection().createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      Map<String, Long> counts = new LinkedHashMap<>();
      while (rows.next()) {
        counts.put(orEmpty(rows.getString(1)), rows.getLong(2));
      }
      return counts;
    } catch (SQLException e) {
      throw InboxFile.failure(path, "read", e);
    }
  }

  private long bytes() {
    long bytes = 0;
    for (String suffix : List.of("", "-wal")) {
      bytes += path.resolveSibling(path.getFileName() + suffix).toFile().length();
    }
    return bytes;
  }

  @Override
  public String memo(String name) throws InboxException {
    try {
      // The file of an older `serve` has no table for it.
      return isOfVersion2() ? Memos.read(new Statements(connection()), name) : "";
    } catch (SQLException e) {
      throw InboxFile.failure(path, "read", e);
    }
  }

  @Override
  public Answer retry(String eventId) throws InboxException, InterruptedException {
    return change(Action.RETRY, eventId);
  }

  @Override
  public Answer retryAllParked() throws InboxException, InterruptedException {
    ParkedRetry retried = ParkedRetry.BEGIN;
    while (true) {
      close();
      switch (InboxFile.tryOpen(path, "inbox " + Action.RETRY_ALL_PARKED.text())) {
        case InboxFile.Opened(InboxFile file) -> retried = retryParked(file, retried);
        case InboxFile.Owned(String owner) when owner.contains("inbox ") ->
            retried =
                retryParked(
                    InboxFile.open(path, "inbox " + Action.RETRY_ALL_PARKED.text(), OWNING_MAX),
                    retried);
        case InboxFile.Owned _ -> {
          // A serve has started: it retries the rest.
          Answer rest = ask(Action.RETRY_ALL_PARKED, "");
          return new Answer(rest.outcome(), rest.count() + retried.count());
        }
      }
      if (retried.isAll()) {
        return new Answer(Outcome.DONE, retried.count());
      }
      Thread.sleep(RELEASED_FOR);
    }
  }

  /// Retries as many as take a second, since a starting serve waits for the file.
  private ParkedRetry retryParked(InboxFile file, ParkedRetry before) throws InboxException {
    try (file) {
      Connection writing = connectToWrite(file);
      Statements statements = new Statements(writing);
      long until = System.nanoTime() + OWNED_AT_ONCE.toNanos();
      ParkedRetry retried = before;
      do {
        ParkedRetry next = retried;
        try {
          retried = file.transact(writing, () -> next.run(statements, new ArrayList<>()));
        } catch (SQLException e) {
          // If the index itself is damaged, no entry can be skipped.
          if (!SqliteFailure.isDamaged(e) || next.step() == ParkedRetry.Step.SKIP) {
            throw e;
          }
          statements.clear();
          retried = next.failed();
        }
      } while (!retried.isAll() && System.nanoTime() - until < 0);
      return retried;
    } catch (SQLException e) {
      throw InboxFile.failure(path, "change", e);
    }
  }

  private static Connection connectToWrite(InboxFile file) throws SQLException {
    Connection writing = file.connectToWrite();
    try (Statement patience = writing.createStatement()) {
      patience.execute("PRAGMA busy_timeout = " + OWNING_MAX.toMillis());
    }
    return writing;
  }

  @Override
  public Answer discard(String eventId) throws InboxException, InterruptedException {
    return change(Action.DISCARD, eventId);
  }

  @Override
  public List<InboxLoss> losses() throws InboxException {
    try {
      return isOfVersion2() ? Losses.unacknowledged(new Statements(connection())) : List.of();
    } catch (SQLException e) {
      throw InboxFile.failure(path, "read", e);
    }
  }

  /// Whether the file's version has losses and memos. The file of an older `serve` has none.
  private boolean isOfVersion2() throws SQLException {
    return Statements.number(connection(), "PRAGMA user_version") >= 2;
  }

  @Override
  public Answer acknowledgeLoss() throws InboxException, InterruptedException {
    return losses().isEmpty()
        ? new Answer(Outcome.NOT_APPLICABLE, 0)
        : change(Action.ACKNOWLEDGE_LOSS, "");
  }

  private Answer change(Action action, String eventId) throws InboxException, InterruptedException {
    close();
    return switch (InboxFile.tryOpen(path, "inbox " + action.text())) {
      case InboxFile.Opened(InboxFile file) -> change(file, action, eventId);
      // Another operator's command owns it for a moment, and would not see a request.
      case InboxFile.Owned(String owner) when owner.contains("inbox ") -> {
        try (InboxFile file = InboxFile.open(path, "inbox " + action.text(), OWNING_MAX)) {
          yield change(file, action, eventId);
        }
      }
      case InboxFile.Owned _ -> ask(action, eventId);
    };
  }

  /// Owns the file only for this change.
  private Answer change(InboxFile file, Action action, String eventId) throws InboxException {
    try (file) {
      Connection writing = connectToWrite(file);
      Statements statements = new Statements(writing);
      return file.transact(
          writing,
          () ->
              OperatorRequests.apply(
                  statements,
                  action,
                  eventId,
                  clock.millis(),
                  clock.millis(),
                  (_, _) -> true,
                  new ArrayList<>()));
    } catch (SQLException e) {
      if (SqliteFailure.isDamaged(e)) {
        return new Answer(Outcome.DAMAGED, 0);
      }
      throw InboxFile.failure(path, "change", e);
    }
  }

  /// Writes a request for the owner, and waits for its answer.
  private Answer ask(Action action, String eventId) throws InboxException, InterruptedException {
    try {
      long id = write(action, eventId);
      for (int i = 0; i < ANSWER_MAX.dividedBy(LOOK_INTERVAL); i++) {
        Thread.sleep(LOOK_INTERVAL);
        Optional<Answer> answer = answerTo(id);
        if (answer.isPresent()) {
          return answer.get();
        }
      }
      return new Answer(Outcome.UNANSWERED, 0);
    } catch (SQLException e) {
      throw InboxFile.failure(path, "write a request into", e);
    }
  }

  private long write(Action action, String eventId) throws SQLException {
    // Without RETURNING: with a result, the driver does not report a failed commit.
    try (PreparedStatement insert =
            connection()
                .prepareStatement(
                    "INSERT INTO request (asked_at, action, event_id) VALUES (?, ?, ?)");
        Statement last = connection().createStatement()) {
      insert.setLong(1, clock.millis());
      insert.setString(2, action.text());
      insert.setString(3, eventId);
      insert.executeUpdate();
      try (ResultSet row = last.executeQuery("SELECT last_insert_rowid()")) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private Optional<Answer> answerTo(long id) throws SQLException {
    try (PreparedStatement query =
            prepared("SELECT outcome, count FROM request WHERE id = ?", List.of(id));
        ResultSet row = query.executeQuery()) {
      if (!row.next() || row.getString(1) == null) {
        return Optional.empty();
      }
      return Optional.of(new Answer(Outcome.valueOf(row.getString(1)), row.getLong(2)));
    }
  }

  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    try {
      if (open != null) {
        open.close();
      }
    } catch (SQLException _) {
      // Its requests are committed.
    }
  }
}
