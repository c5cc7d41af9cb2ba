package stripebridge.service.inbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/// Runs work in a transaction, on a connection that no other thread uses. BEGIN and COMMIT are
/// explicit SQL: the driver's own transactions do not notice when SQLite ends one by itself, as on
/// a full disk.
final class Transaction {
  private Transaction() {}

  /// Work in a transaction.
  @FunctionalInterface
  interface Work<T> {
    T run() throws SQLException;
  }

  /// @throws SQLException the first failure; a failed rollback is only suppressed
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
      // Mostly, SQLite has rolled back by itself.
      why.addSuppressed(e);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
