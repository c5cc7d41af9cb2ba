package stripebridge.service.inbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/// Writes settled entries closer together, for a disk that is nearly full. Their bodies are gone
/// and their ids stay for days, and SQLite joins pages that have become nearly empty only when
/// something is deleted from them: so each entry is deleted and inserted again as it was.
///
/// Of the writer's thread. It goes through the file from the oldest entry that waited the last
/// time, and then leaves it alone for a while.
final class Compaction {
  /// Of a transaction, which so writes less than 2 MiB to the log.
  private static final int ENTRIES_AT_ONCE = 250;

  private final Connection connection;
  private final Duration pause;
  private boolean isPassing;
  private long nextPassAt = System.nanoTime();
  private long doneTo;

  /// Up to here everything was settled when the pass began, and is done with when it ends.
  private long nextPassFrom;

  /// @param pause between two passes, of which the later ones find less
  Compaction(Connection connection, Duration pause) {
    this.connection = connection;
    this.pause = pause;
  }

  /// Does some of it.
  ///
  /// @return whether there is more to do
  boolean step() throws SQLException {
    if (!isPassing && System.nanoTime() - nextPassAt < 0) {
      return false;
    }
    try (Statement statement = connection.createStatement()) {
      if (!isPassing) {
        isPassing = true;
        doneTo = nextPassFrom;
        nextPassFrom =
            number(
                statement,
                "SELECT coalesce((SELECT min(sequence) - 1 FROM entry WHERE state = 'waiting'),"
                    + " (SELECT max(sequence) FROM entry), 0)");
      }
      long until =
          number(
              statement,
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
      // Before, not after: a damaged row that SQLite does not take again keeps no other back.
      doneTo = until;
      var _ = Transaction.run(connection, () -> writeAnew(statement, from, until));
      return true;
    }
  }

  private int writeAnew(Statement statement, long from, long until) throws SQLException {
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

  private static long number(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }
}
