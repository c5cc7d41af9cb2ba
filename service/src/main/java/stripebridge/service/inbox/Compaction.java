package stripebridge.service.inbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/// Packs finished entries onto fewer pages, for a nearly full disk. Their bodies are gone, but
/// their ids stay for days, and SQLite merges nearly empty pages only when rows are deleted from
/// them. So this deletes each entry and inserts it again unchanged.
///
/// Runs on the writer's thread. A pass starts at the oldest entry that waited during the last pass;
/// a pause follows each pass.
final class Compaction {
  /// Per transaction, which then writes less than 2 MiB to the log.
  private static final int ENTRIES_AT_ONCE = 250;

  private final Connection connection;
  private final Duration pause;
  private boolean isPassing;
  private long nextPassAt = System.nanoTime();
  private long doneTo;

  /// All entries up to here were finished when the pass began; the next pass starts after them.
  private long nextPassFrom;

  /// @param pause between two passes
  Compaction(Connection connection, Duration pause) {
    this.connection = connection;
    this.pause = pause;
  }

  /// Packs one batch.
  ///
  /// @return whether the pass goes on
  boolean step() throws SQLException {
    if (!isPassing && System.nanoTime() - nextPassAt < 0) {
      return false;
    }
    try (Statement statement = connection.createStatement()) {
      if (!isPassing) {
        isPassing = true;
        doneTo = nextPassFrom;
        nextPassFrom =
            Statements.number(
                connection,
                "SELECT coalesce((SELECT min(sequence) - 1 FROM entry WHERE state = 'waiting'),"
                    + " (SELECT max(sequence) FROM entry), 0)");
      }
      long until =
          Statements.number(
              connection,
              """
              SELECT max(sequence) FROM (
                SELECT sequence FROM entry WHERE sequence > %d
                  AND state IN ('published', 'discarded') ORDER BY sequence LIMIT %d)
              """
                  .formatted(doneTo, ENTRIES_AT_ONCE));
      if (until == 0) {
        isPassing = false;
        nextPassAt = System.nanoTime() + pause.toNanos();
        return false;
      }
      statement.execute("CREATE TEMP TABLE IF NOT EXISTS settled AS SELECT * FROM entry LIMIT 0");
      long from = doneTo;
      // Before the transaction: a damaged row that SQLite refuses to insert must not block others.
      doneTo = until;
      Integer _ = Transaction.run(connection, () -> reinsert(statement, from, until));
      return true;
    }
  }

  private int reinsert(Statement statement, long from, long until) throws SQLException {
    statement.execute("DELETE FROM temp.settled");
    try (PreparedStatement copy =
        connection.prepareStatement(
            """
            INSERT INTO temp.settled SELECT * FROM entry
            WHERE sequence > ? AND sequence <= ? AND state IN ('published', 'discarded')
            """)) {
      copy.setLong(1, from);
      copy.setLong(2, until);
      copy.executeUpdate();
    }
    statement.execute("DELETE FROM entry WHERE sequence IN (SELECT sequence FROM temp.settled)");
    statement.execute("INSERT INTO entry SELECT * FROM temp.settled ORDER BY sequence");
    return statement.executeUpdate("DELETE FROM temp.settled");
  }
}
