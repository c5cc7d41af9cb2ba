package stripebridge.service.inbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
  static void drop(Statements statements) throws SQLException {
    for (String name : COLUMNS.keySet()) {
      statements.run("DROP INDEX IF EXISTS " + name);
    }
    statements.run("DROP INDEX IF EXISTS " + IDS);
  }

  /// After it.
  ///
  /// @param damaged rows whose ids may be another's now; they then count as copies
  static void rebuild(Statements statements, Collection<Long> damaged) throws SQLException {
    for (long sequence : damaged) {
      Optional<StoredRow> row = EntryRows.find(statements, sequence);
      if (row.isPresent()) {
        makeUnique(statements, row.get());
      }
    }
    try {
      createIds(statements);
    } catch (SQLException e) {
      // Another one is damaged, too, and has not been found yet.
      for (long sequence : duplicates(statements)) {
        Optional<StoredRow> row = EntryRows.find(statements, sequence);
        if (row.isPresent()) {
          makeUnique(statements, row.get());
        }
      }
      createIds(statements);
    }
    create(statements);
  }

  private static List<Long> duplicates(Statements statements) throws SQLException {
    List<Long> found = new ArrayList<>();
    try (ResultSet rows =
        statements
            .of("SELECT max(sequence) FROM entry GROUP BY event_id, copy HAVING count(*) > 1")
            .executeQuery()) {
      while (rows.next()) {
        found.add(rows.getLong(1));
      }
    }
    return found;
  }

  private static void makeUnique(Statements statements, StoredRow row) throws SQLException {
    PreparedStatement query =
        statements.of("SELECT max(copy), count(*) FROM entry WHERE event_id = ? AND sequence <> ?");
    query.setString(1, row.eventId());
    query.setLong(2, row.sequence());
    long copy = 1;
    boolean isAlone;
    try (ResultSet others = query.executeQuery()) {
      isAlone = !others.next() || others.getLong(2) == 0;
      copy += isAlone ? 0 : others.getLong(1);
    }
    if (isAlone && row.copy() >= 1 && row.copy() <= StoredRow.COPY_MAX) {
      return;
    }
    StoredRow renamed = row.withCopy(Math.min(copy, StoredRow.COPY_MAX));
    PreparedStatement update =
        statements.of("UPDATE entry SET copy = ?, row_checksum = ? WHERE sequence = ?");
    update.setLong(1, renamed.copy());
    update.setLong(2, renamed.rowChecksum());
    update.setLong(3, row.sequence());
    update.executeUpdate();
  }
}
