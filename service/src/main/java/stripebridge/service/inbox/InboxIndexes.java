package stripebridge.service.inbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// The indexes over entries. They are made anew when a row is found damaged: SQLite keeps an index
/// by what it reads in the row, refuses to change a row that its index does not have, and finds a
/// row by an index that says something else.
final class InboxIndexes {
  private static final String IDS = "entry_id";
  private static final Map<String, String> COLUMNS =
      new TreeMap<>(
          Map.of(
              "waiting", "(sequence) WHERE state = 'waiting'",
              "due", "(due_at) WHERE state = 'waiting' AND due_at > 0",
              "held", "(held, sequence) WHERE held IS NOT NULL",
              "parked", "(sequence) WHERE state = 'parked'",
              "published", "(settled_at) WHERE state IN ('published', 'discarded')"));

  private InboxIndexes() {}

  /// The one by which an id is kept once.
  static void createIds(Statements statements) throws SQLException {
    statements.run("CREATE UNIQUE INDEX IF NOT EXISTS " + IDS + " ON entry (event_id, copy)");
  }

  /// All others.
  static void create(Statements statements) throws SQLException {
    for (var index : COLUMNS.entrySet()) {
      statements.run(
          "CREATE INDEX IF NOT EXISTS " + index.getKey() + " ON entry " + index.getValue());
    }
  }

  /// Before damaged rows are changed. Of a transaction that ends with [#rebuild].
  ///
  /// @throws SQLException when an index knows of rows that the table does not give any more: made
  ///   anew it would forget them too, and nobody could say what is lost
  static void drop(Statements statements) throws SQLException {
    long listed = statements.number("SELECT count(*) FROM entry INDEXED BY " + IDS);
    long there = statements.number("SELECT count(*) FROM entry NOT INDEXED");
    if (there < listed) {
      throw new SQLiteException(
          "the index has %d entries and the table %d".formatted(listed, there),
          SQLiteErrorCode.SQLITE_CORRUPT);
    }
    for (String name : COLUMNS.keySet()) {
      statements.run("DROP INDEX IF EXISTS " + name);
    }
    statements.run("DROP INDEX IF EXISTS " + IDS);
  }

  /// After it.
  ///
  /// @param damaged rows whose ids may be another's now; they then count as copies
  static void rebuild(Statements statements, Collection<Long> damaged) throws SQLException {
    List<StoredRow> colliding = new ArrayList<>();
    for (long sequence : damaged) {
      EntryRows.find(statements, sequence)
          .filter(row -> row.copy() < 1 || row.copy() > StoredRow.COPY_MAX)
          .ifPresent(colliding::add);
    }
    // Others may be damaged, too, and not found yet.
    for (long sequence : duplicates(statements)) {
      EntryRows.find(statements, sequence).ifPresent(colliding::add);
    }
    if (!colliding.isEmpty()) {
      // Else the whole table would be read for each of them.
      statements.run("CREATE INDEX by_id ON entry (event_id)");
      for (StoredRow row : colliding) {
        makeUnique(statements, row);
      }
      statements.run("DROP INDEX by_id");
    }
    createIds(statements);
    create(statements);
  }

  /// All but the first of those that have one id and are the same copy of it.
  private static List<Long> duplicates(Statements statements) throws SQLException {
    List<Long> found = new ArrayList<>();
    try {
      createIds(statements);
      return found;
    } catch (SQLException e) {
      if (!SqliteFailure.isDuplicate(e)) {
        throw e;
      }
    }
    try (ResultSet rows =
        statements
            .of(
                """
                SELECT sequence FROM (SELECT sequence, row_number() OVER
                  (PARTITION BY event_id, copy ORDER BY sequence) AS place
                  FROM entry NOT INDEXED WHERE event_id IS NOT NULL)
                WHERE place > 1
                """)
            .executeQuery()) {
      while (rows.next()) {
        found.add(rows.getLong(1));
      }
    }
    return found;
  }

  /// By what the row holds, whatever type that has: a damaged id need not be text.
  private static void makeUnique(Statements statements, StoredRow row) throws SQLException {
    PreparedStatement query =
        statements.of("SELECT copy FROM entry WHERE event_id IS ? AND sequence <> ?");
    query.setObject(1, row.value(StoredRow.EVENT_ID));
    query.setLong(2, row.sequence());
    Set<Long> others = new HashSet<>();
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        others.add(rows.getLong(1));
      }
    }
    long copy = 1;
    while (others.contains(copy)) {
      copy++;
    }
    boolean isPossible = row.copy() >= 1 && row.copy() <= StoredRow.COPY_MAX;
    if (isPossible && !others.contains(row.copy())) {
      return;
    }
    StoredRow renamed =
        copy <= StoredRow.COPY_MAX
            ? row.withCopy(copy)
            : row.withEventId(row.eventId() + "#" + row.sequence());
    PreparedStatement update =
        statements.of(
            "UPDATE entry SET event_id = ?, copy = ?, row_checksum = ? WHERE sequence = ?");
    update.setObject(1, renamed.value(StoredRow.EVENT_ID));
    update.setLong(2, renamed.copy());
    // Damage that nobody has found yet is not given a checksum of its own.
    update.setLong(3, row.isAsWritten() ? renamed.rowChecksum() : row.rowChecksum());
    update.setLong(4, row.sequence());
    update.executeUpdate();
  }
}
