package stripebridge.service.inbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/// All of it or nothing, on a connection of one's own. By hand: the driver's own transactions do
/// not notice that SQLite ends one by itself, as it does when the disk is full.
final class Transaction {
  private Transaction() {}

  /// What is done within it.
  @FunctionalInterface
  interface Work<T> {
    T run() throws SQLException;
  }

  /// Does it.
  ///
  /// @throws SQLException of what failed, never of what was undone after it
  static <T> T run(Connection connection, Work<T> work) throws SQLException {
    execute(connection, "BEGIN IMMEDIATE");
    try {
      T done = work.run();
      execute(connection, "COMMIT");
      return done;
    } catch (SQLException | RuntimeException | Error e) {
      rollBack(connection, e);
      throw e;
    }
  }

  private static void rollBack(Connection connection, Throwable why) {
    try {
      execute(connection, "ROLLBACK");
    } catch (SQLException e) {
      // SQLite has mostly done so by itself.
      why.addSuppressed(e);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
