package stripebridge.service.inbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import stripebridge.core.inbox.Claim;

/// The rows of the file that may be claimed. Not thread-safe.
final class ClaimRows implements EntryClaimer.Rows {
  private static final String FREE = " state = 'waiting' AND due_at = 0 AND held IS NULL";
  private static final String DUE =
      " state = 'waiting' AND due_at > 0 AND due_at <= ? AND held IS NULL";
  private static final String HELD = " state = 'waiting' AND held = ?";
  private static final String SEQUENCE = "SELECT sequence FROM entry WHERE";
  private static final String ROW = "SELECT " + EntryRows.COLUMNS + " FROM entry WHERE";

  private final Statements queries;
  private final InstantSource clock;

  /// @param clock what dates are compared with
  ClaimRows(Statements queries, InstantSource clock) {
    this.queries = queries;
    this.clock = clock;
  }

  @Override
  public List<Long> due(int max) throws SQLException {
    return sequences(SEQUENCE + DUE + " ORDER BY due_at, sequence LIMIT ?", clock.millis(), max);
  }

  @Override
  public List<Long> free(long after, long upTo, int max) throws SQLException {
    return sequences(
        SEQUENCE + FREE + " AND sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?",
        after,
        upTo,
        max);
  }

  @Override
  public List<Long> held(String topic, int max) throws SQLException {
    return sequences(SEQUENCE + HELD + " ORDER BY sequence LIMIT ?", topic, max);
  }

  @Override
  public List<Claim> freeRows(List<Long> sequences) throws SQLException {
    List<Claim> found = new ArrayList<>();
    for (long sequence : sequences) {
      found.addAll(rows(ROW + FREE + " AND sequence = ?", sequence));
    }
    return found;
  }

  @Override
  public List<Claim> freeRows(long first, long last) throws SQLException {
    return rows(ROW + FREE + " AND sequence BETWEEN ? AND ? ORDER BY sequence", first, last);
  }

  @Override
  public List<Claim> dueRows(List<Long> sequences) throws SQLException {
    long now = clock.millis();
    List<Claim> found = new ArrayList<>();
    for (long sequence : sequences) {
      found.addAll(rows(ROW + DUE + " AND sequence = ?", now, sequence));
    }
    return found;
  }

  @Override
  public List<Claim> heldRows(String topic, List<Long> sequences) throws SQLException {
    List<Claim> found = new ArrayList<>();
    for (long sequence : sequences) {
      found.addAll(rows(ROW + HELD + " AND sequence = ?", topic, sequence));
    }
    return found;
  }

  private List<Long> sequences(String query, Object... values) throws SQLException {
    List<Long> found = new ArrayList<>();
    try (ResultSet rows = prepared(query, values).executeQuery()) {
      while (rows.next()) {
        found.add(rows.getLong(1));
      }
    }
    return found;
  }

  private List<Claim> rows(String query, Object... values) throws SQLException {
    try (ResultSet rows = prepared(query, values).executeQuery()) {
      return EntryRows.claims(rows);
    }
  }

  private PreparedStatement prepared(String query, Object... values) throws SQLException {
    PreparedStatement statement = queries.of(query);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }
}
