package stripebridge.service.inbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.Claim;

/// Queries the file for rows that may be claimed. Not thread-safe.
final class ClaimRows implements EntryClaimer.Rows {
  private static final String FREE = " state = 'waiting' AND due_at = 0 AND held IS NULL";
  private static final String DUE =
      " state = 'waiting' AND due_at > 0 AND due_at <= ? AND held IS NULL";
  private static final String HELD = " state = 'waiting' AND held = ?";
  private static final String SEQUENCE = "SELECT sequence FROM entry WHERE";
  private static final String ROW = "SELECT " + EntryRows.COLUMNS + " FROM entry WHERE";

  private final Statements queries;
  private final InstantSource clock;
  private final BiConsumer<Long, String> onUnreadable;

  /// Rows that the file can no longer return; they do not block the others.
  private final Set<Long> unreadable = new HashSet<>();

  /// @param clock that dates are compared with
  /// @param onUnreadable receives each unreadable row once, with the reason
  ClaimRows(Statements queries, InstantSource clock, BiConsumer<Long, String> onUnreadable) {
    this.queries = queries;
    this.clock = clock;
    this.onUnreadable = onUnreadable;
  }

  @Override
  public long now() {
    return clock.millis();
  }

  @Override
  public long earliestDate(long after) throws SQLException {
    // The constant lets SQLite use the index of dates; otherwise it reads every entry that waits.
    PreparedStatement query =
        queries.of(
            "SELECT min(due_at) FROM entry"
                + " WHERE state = 'waiting' AND due_at > 0 AND due_at > ?");
    query.setLong(1, after);
    try (ResultSet rows = query.executeQuery()) {
      // The minimum of nothing is NULL, which reads as 0.
      long earliest = rows.next() ? rows.getLong(1) : 0;
      return earliest == 0 ? EntryClaimer.NO_DATE : earliest;
    }
  }

  @Override
  public List<Long> due(int max) throws SQLException {
    return sequences(
        SEQUENCE + DUE,
        SEQUENCE + " state = 'waiting' AND due_at > 0 AND due_at <= ?",
        " ORDER BY due_at, sequence LIMIT ?",
        clock.millis(),
        max);
  }

  @Override
  public List<Long> free(long after, long upTo, int max) throws SQLException {
    return sequences(
        SEQUENCE + FREE + " AND sequence > ? AND sequence <= ?",
        SEQUENCE + " state = 'waiting' AND sequence > ? AND sequence <= ?",
        " ORDER BY sequence LIMIT ?",
        after,
        upTo,
        max);
  }

  @Override
  public List<Long> held(String topic, int max) throws SQLException {
    return sequences(
        SEQUENCE + HELD, SEQUENCE + " held = ?", " ORDER BY sequence LIMIT ?", topic, max);
  }

  @Override
  public List<Claim> freeRows(List<Long> sequences) throws SQLException {
    return rowByRow(FREE, sequences);
  }

  @Override
  public List<Claim> freeRange(List<Long> sequences) throws SQLException {
    try {
      return rows(
          ROW + FREE + " AND sequence BETWEEN ? AND ? ORDER BY sequence",
          sequences.getFirst(),
          sequences.getLast());
    } catch (SQLException e) {
      throwUnlessDamaged(e);
      return rowByRow(FREE, sequences);
    }
  }

  @Override
  public List<Claim> dueRows(List<Long> sequences) throws SQLException {
    return rowByRow(DUE, sequences, clock.millis());
  }

  @Override
  public List<Claim> heldRows(String topic, List<Long> sequences) throws SQLException {
    return rowByRow(HELD, sequences, topic);
  }

  @Override
  public List<Claim> heldRange(String topic, List<Long> sequences) throws SQLException {
    try {
      return rows(
          ROW + HELD + " AND sequence BETWEEN ? AND ? ORDER BY sequence",
          topic,
          sequences.getFirst(),
          sequences.getLast());
    } catch (SQLException e) {
      throwUnlessDamaged(e);
      return heldRows(topic, sequences);
    }
  }

  private List<Claim> rowByRow(String which, List<Long> sequences, Object... values)
      throws SQLException {
    List<Claim> found = new ArrayList<>();
    @Nullable Object[] all = Arrays.copyOf(values, values.length + 1);
    for (long sequence : sequences) {
      if (unreadable.contains(sequence)) {
        continue;
      }
      all[values.length] = sequence;
      try {
        found.addAll(rows(ROW + which + " AND sequence = ?", all));
      } catch (SQLException e) {
        throwUnlessDamaged(e);
        unreadable.add(sequence);
        onUnreadable.accept(sequence, String.valueOf(e.getMessage()));
      }
    }
    return found;
  }

  /// A failed statement cannot be used again.
  private void throwUnlessDamaged(SQLException e) throws SQLException {
    queries.clear();
    if (!SqliteFailure.isDamaged(e)) {
      throw e;
    }
  }

  /// @param byIndex the same by an index alone, for when rows cannot be read: it may find too many,
  ///   which the check of each row excludes
  private List<Long> sequences(String query, String byIndex, String orderBy, Object... values)
      throws SQLException {
    try {
      return sequences(query + orderBy, values);
    } catch (SQLException e) {
      throwUnlessDamaged(e);
      return sequences(byIndex + orderBy, values);
    }
  }

  /// @param values the last of them is the limit
  private List<Long> sequences(String query, Object... values) throws SQLException {
    // Unreadable rows do not count towards the limit.
    Object[] all = values.clone();
    all[all.length - 1] = (int) values[values.length - 1] + unreadable.size();
    List<Long> found = new ArrayList<>();
    try (ResultSet rows = prepared(query, all).executeQuery()) {
      while (rows.next()) {
        if (!unreadable.contains(rows.getLong(1))) {
          found.add(rows.getLong(1));
        }
      }
    }
    return found;
  }

  private List<Claim> rows(String query, @Nullable Object... values) throws SQLException {
    try (ResultSet rows = prepared(query, values).executeQuery()) {
      return EntryRows.claims(rows);
    }
  }

  private PreparedStatement prepared(String query, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = queries.of(query);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }
}
