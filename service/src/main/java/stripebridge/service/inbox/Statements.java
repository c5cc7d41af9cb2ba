package stripebridge.service.inbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/// The statements of one connection, each prepared once. They end with the connection. Not
/// thread-safe.
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

  /// Runs what is run once.
  void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// What is done within a transaction.
  interface Work {
    void run() throws SQLException;
  }

  /// All or nothing of it, for who is alone with the connection.
  void inTransaction(Work work) throws SQLException {
    run("BEGIN IMMEDIATE");
    try {
      work.run();
      run("COMMIT");
    } catch (SQLException | RuntimeException e) {
      clear();
      try {
        run("ROLLBACK");
      } catch (SQLException _) {
        // SQLite has rolled back by itself, as it does when the disk is full.
      }
      throw e;
    }
  }

  /// A value of one row; 0 when there is none.
  long number(String query) throws SQLException {
    try (ResultSet rows = of(query).executeQuery()) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /// Begins anew: a statement that failed half way is of no further use.
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
