package stripebridge.service.inbox;

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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.EntryFilter;
import stripebridge.core.inbox.EntryRow;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxAdmin;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.InboxStats;
import stripebridge.service.inbox.Requests.Action;

/// An operator's view of the file of an inbox. It reads beside whoever has the file, on a
/// connection of its own; to change something it writes a request and waits, or does it where
/// nobody has it.
public final class SqliteInboxAdmin implements InboxAdmin {
  // The owner looks twice a second.
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);
  private static final String ROW =
      "SELECT sequence, event_id, event_type, account, received_at, state, refusals,"
          + " permanent_refusals, due_at, held, settled_at, reason, detail,"
          + " coalesce(length(body), 0) FROM entry";

  private final Path path;
  private final InstantSource clock;
  private final Connection connection;

  private SqliteInboxAdmin(Path path, InstantSource clock, Connection connection) {
    this.path = path;
    this.clock = clock;
    this.connection = connection;
  }

  /// Opens a file that is there; makes none.
  ///
  /// @throws InboxException.Unusable when it is not there, or is no inbox
  public static SqliteInboxAdmin open(Path path, InstantSource clock) throws InboxException {
    if (!Files.exists(path)) {
      throw new InboxException.Unusable(
          "cannot open the inbox '" + path + "': there is no such file",
          "INBOX_PATH says where serve keeps it; a serve makes it when it starts",
          null);
    }
    try {
      return new SqliteInboxAdmin(path, clock, InboxFile.connectTo(path));
    } catch (SQLException e) {
      throw failure(path, "open", e);
    }
  }

  private static InboxException failure(Path path, String what, SQLException e) {
    String message = "cannot " + what + " the inbox '" + path + "': " + e.getMessage();
    return Sql.isDamaged(e)
        ? new InboxException.Unusable(message, "restore it from a copy, or move it away", e)
        : new InboxException.Unavailable(message, e);
  }

  @Override
  public List<EntryRow> list(EntryFilter filter, int max) throws InboxException {
    StringBuilder query = new StringBuilder(ROW).append(" WHERE 1");
    List<Object> values = new ArrayList<>();
    filter
        .state()
        .ifPresent(state -> {
          query.append(" AND state = ?");
          values.add(text(state));
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
    return rows(ROW + " WHERE event_id = ?", List.of(eventId)).stream().findFirst();
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
      throw failure(path, "read", e);
    }
  }

  private PreparedStatement prepared(String query, List<Object> values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(query);
    for (int i = 0; i < values.size(); i++) {
      statement.setObject(i + 1, values.get(i));
    }
    return statement;
  }

  private static EntryRow row(ResultSet row) throws SQLException {
    return new EntryRow(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
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

  private static EntryState state(String text) {
    return EntryState.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static String text(EntryState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Optional<byte[]> body(String eventId) throws InboxException {
    try (PreparedStatement statement =
            prepared("SELECT body FROM entry WHERE event_id = ?", List.of(eventId));
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? Optional.ofNullable(rows.getBytes(1)) : Optional.empty();
    } catch (SQLException e) {
      throw failure(path, "read", e);
    }
  }

  @Override
  public InboxStats stats() throws InboxException {
    Map<EntryState, Long> byState = new EnumMap<>(EntryState.class);
    counts("SELECT state, count(*) FROM entry GROUP BY state")
        .forEach((state, count) -> byState.put(state(state), count));
    try (Statement statement = connection.createStatement();
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
          counts("SELECT held, count(*) FROM entry WHERE held IS NOT NULL GROUP BY 1 ORDER BY 1"),
          oldest.next() ? time(oldest.getLong(1)) : Optional.empty(),
          bytes());
    } catch (SQLException e) {
      throw failure(path, "read", e);
    }
  }

  private Map<String, Long> counts(String query) throws InboxException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      Map<String, Long> counts = new LinkedHashMap<>();
      while (rows.next()) {
        counts.put(orEmpty(rows.getString(1)), rows.getLong(2));
      }
      return counts;
    } catch (SQLException e) {
      throw failure(path, "read", e);
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
  public Answer retry(String eventId) throws InboxException, InterruptedException {
    return change(Action.RETRY, eventId);
  }

  @Override
  public Answer retryAllParked() throws InboxException, InterruptedException {
    return change(Action.RETRY_ALL_PARKED, "");
  }

  @Override
  public Answer discard(String eventId) throws InboxException, InterruptedException {
    return change(Action.DISCARD, eventId);
  }

  private Answer change(Action action, String eventId) throws InboxException, InterruptedException {
    Optional<InboxFile> owned = InboxFile.openUnlessOwned(path);
    if (owned.isEmpty()) {
      return ask(action, eventId);
    }
    try (InboxFile file = owned.get();
        Connection writing = file.connectToWrite();
        Statement transaction = writing.createStatement()) {
      Statements statements = new Statements(writing);
      transaction.execute("BEGIN IMMEDIATE");
      Answer answer =
          Requests.apply(
              statements, action, eventId, clock.millis(), (_, _) -> true, new ArrayList<>());
      transaction.execute("COMMIT");
      return answer;
    } catch (SQLException e) {
      throw failure(path, "change", e);
    }
  }

  /// Has the owner do it.
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
      throw failure(path, "write a request into", e);
    }
  }

  private long write(Action action, String eventId) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO request (asked_at, action, event_id) VALUES (?, ?, ?) RETURNING id")) {
      insert.setLong(1, clock.millis());
      insert.setString(2, action.text());
      insert.setString(3, eventId);
      try (ResultSet row = insert.executeQuery()) {
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
    try {
      connection.close();
    } catch (SQLException _) {
      // What it wrote is committed.
    }
  }
}
