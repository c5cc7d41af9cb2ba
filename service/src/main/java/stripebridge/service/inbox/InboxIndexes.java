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

/// Creates and rebuilds the indexes of entries. A damaged row needs a rebuild: SQLite updates an
/// index by the row's current values, refuses to change a row that an index misses, and finds a row
/// by an index that contradicts it.
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

  /// The unique index that stores each id once.
  static void createIds(Statements statements) throws SQLException {
    statements.run("CREATE UNIQUE INDEX IF NOT EXISTS " + IDS + " ON entry (event_id, copy)");
  }

  /// The other indexes.
  static void create(Statements statements) throws SQLException {
    for (Map.Entry<String, String> index : COLUMNS.entrySet()) {
      statements.run(
          "CREATE INDEX IF NOT EXISTS " + index.getKey() + " ON entry " + index.getValue());
    }
  }

  /// Drops the indexes before damaged rows are changed; the same transaction must call [#rebuild].
  ///
  /// @throws SQLException when an index has rows that the table can no longer return: a rebuilt
  ///   index would lose the last trace of them
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

  /// Creates the indexes again after damaged rows were changed.
  ///
  /// @param damaged rows that may now have another row's id; they become copies of it
  static void rebuild(Statements statements, Collection<Long> damaged) throws SQLException {
    List<StoredRow> colliding = new ArrayList<>();
    for (long sequence : damaged) {
      EntryRows.find(statements, sequence)
          .filter(row -> row.copy() < 1 || row.copy() > StoredRow.COPY_MAX)
          .ifPresent(colliding::add);
    }
    // Other rows may be damaged, too, and not found yet.
    for (long sequence : duplicates(statements)) {
      EntryRows.find(statements, sequence).ifPresent(colliding::add);
    }
    if (!colliding.isEmpty()) {
      // Without it, each lookup would read the whole table.
      statements.run("CREATE INDEX by_id ON entry (event_id)");
      for (StoredRow row : colliding) {
        makeUnique(statements, row);
      }
      statements.run("DROP INDEX by_id");
    }
    createIds(statements);
    create(statements);
  }

  /// For each id and copy, all rows but the first.
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

  /// Compares the stored value of any type: a damaged id may not be text.
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
    // A row with undetected damage must not get a valid checksum.
    update.setLong(3, row.isAsWritten() ? renamed.rowChecksum() : row.rowChecksum());
    update.setLong(4, row.sequence());
    update.executeUpdate();
  }
}
