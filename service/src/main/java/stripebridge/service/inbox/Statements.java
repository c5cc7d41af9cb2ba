package stripebridge.service.inbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/// Runs SQL on one connection, and prepares each statement once. The statements end with the
/// connection. Not thread-safe.
final class Statements {
  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Statements(Connection connection) {
    this.connection = connection;
  }

  PreparedStatement of(String sql) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    return statement;
  }

  /// Runs a statement that is not worth preparing.
  void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// Work in a transaction that has no result.
  interface Work {
    void run() throws SQLException;
  }

  /// Runs all of the work or nothing. No other thread may use the connection meanwhile.
  void inTransaction(Work work) throws SQLException {
    boolean isDone = false;
    try {
      isDone =
          Transaction.run(
              connection,
              () -> {
                work.run();
                return true;
              });
    } finally {
      if (!isDone) {
        clear();
      }
    }
  }

  /// The number that a query returns; 0 for no row.
  long number(String query) throws SQLException {
    try (ResultSet rows = of(query).executeQuery()) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /// The same on a connection without prepared statements.
  static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /// Drops all prepared statements: one that failed halfway cannot be used again.
  void clear() {
    for (PreparedStatement statement : prepared.values()) {
      try {
        statement.close();
      } catch (SQLException _) {
        // It is not used again.
      }
    }
    prepared.clear();
  }
}
