package stripebridge.service.inbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxAdmin.Answer;
import stripebridge.core.inbox.InboxAdmin.Outcome;

/// What operators ask of an inbox, as rows of its file, and how it is done. Whoever owns the file
/// does it within its own transactions.
final class Requests {
  private Requests() {}

  /// What is asked.
  enum Action {
    RETRY,
    RETRY_ALL_PARKED,
    DISCARD;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// One of them, not answered yet.
  ///
  /// @param eventId empty for all parked ones
  record Request(long id, Action action, String eventId) {}

  /// What was changed, for an owner that keeps some of it in its heap.
  record Changed(long sequence, EntryState from, EntryState to) {}

  /// Who knows which entries somebody works on.
  interface Claims {
    /// Whether nobody does; then nobody will until the owner says so.
    ///
    /// @param isFree whether it has no date and is not held
    boolean take(long sequence, boolean isFree);
  }

  static List<Request> unanswered(Statements statements) throws SQLException {
    List<Request> requests = new ArrayList<>();
    try (ResultSet rows =
        statements
            .of("SELECT id, action, event_id FROM request WHERE outcome IS NULL ORDER BY id")
            .executeQuery()) {
      while (rows.next()) {
        Action action = Action.valueOf(rows.getString(2).toUpperCase(Locale.ROOT));
        requests.add(new Request(rows.getLong(1), action, rows.getString(3)));
      }
    }
    return requests;
  }

  static void answer(Statements statements, Request request, Answer answer, long now)
      throws SQLException {
    PreparedStatement update =
        statements.of("UPDATE request SET outcome = ?, count = ?, answered_at = ? WHERE id = ?");
    update.setString(1, answer.outcome().name());
    update.setLong(2, answer.count());
    update.setLong(3, now);
    update.setLong(4, request.id());
    update.executeUpdate();
  }

  /// Does it.
  ///
  /// @param changed is told what was changed
  static Answer apply(
      Statements statements,
      Action action,
      String eventId,
      long now,
      Claims claims,
      List<Changed> changed)
      throws SQLException {
    if (action == Action.RETRY_ALL_PARKED) {
      List<Long> parked = parked(statements);
      for (long sequence : parked) {
        retry(statements, sequence);
        changed.add(new Changed(sequence, EntryState.PARKED, EntryState.WAITING));
      }
      return new Answer(Outcome.DONE, parked.size());
    }
    PreparedStatement query =
        statements.of("SELECT sequence, state, due_at, held IS NULL FROM entry WHERE event_id = ?");
    query.setString(1, eventId);
    long sequence;
    EntryState state;
    boolean isDated;
    boolean isFree;
    try (ResultSet row = query.executeQuery()) {
      if (!row.next()) {
        return new Answer(Outcome.NOT_FOUND, 0);
      }
      sequence = row.getLong(1);
      state = EntryState.valueOf(row.getString(2).toUpperCase(Locale.ROOT));
      isDated = row.getLong(3) > now;
      isFree = row.getLong(3) == 0 && row.getBoolean(4);
    }
    boolean isRetried = action == Action.RETRY;
    return switch (state) {
      case PARKED -> {
        if (isRetried) {
          retry(statements, sequence);
        } else {
          discard(statements, sequence, now);
        }
        changed.add(
            new Changed(sequence, state, isRetried ? EntryState.WAITING : EntryState.DISCARDED));
        yield new Answer(Outcome.DONE, 1);
      }
      case WAITING -> {
        if (isRetried && !isDated) {
          yield new Answer(Outcome.NOT_APPLICABLE, 0);
        }
        if (!claims.take(sequence, isFree)) {
          yield new Answer(Outcome.IN_FLIGHT, 0);
        }
        if (isRetried) {
          hasten(statements, sequence);
        } else {
          discard(statements, sequence, now);
        }
        changed.add(new Changed(sequence, state, isRetried ? state : EntryState.DISCARDED));
        yield new Answer(Outcome.DONE, 1);
      }
      case PUBLISHED, DISCARDED -> new Answer(Outcome.NOT_APPLICABLE, 0);
    };
  }

  private static List<Long> parked(Statements statements) throws SQLException {
    List<Long> sequences = new ArrayList<>();
    try (ResultSet rows =
        statements
            .of("SELECT sequence FROM entry WHERE state = 'parked' ORDER BY sequence")
            .executeQuery()) {
      while (rows.next()) {
        sequences.add(rows.getLong(1));
      }
    }
    return sequences;
  }

  /// It becomes due at once, and not free: an owner looks for free entries only behind the last one
  /// it has claimed.
  private static void retry(Statements statements, long sequence) throws SQLException {
    PreparedStatement update =
        statements.of(
            """
            UPDATE entry SET state = 'waiting', refusals = 0, permanent_refusals = 0, due_at = 1,
              held = NULL, settled_at = NULL, reason = NULL, detail = NULL
            WHERE sequence = ?
            """);
    update.setLong(1, sequence);
    update.executeUpdate();
  }

  private static void hasten(Statements statements, long sequence) throws SQLException {
    // 0 would mean never tried.
    PreparedStatement update = statements.of("UPDATE entry SET due_at = 1 WHERE sequence = ?");
    update.setLong(1, sequence);
    update.executeUpdate();
  }

  private static void discard(Statements statements, long sequence, long now) throws SQLException {
    PreparedStatement update =
        statements.of(
            """
            UPDATE entry SET state = 'discarded', body = NULL, held = NULL, due_at = 0,
              settled_at = ?
            WHERE sequence = ?
            """);
    update.setLong(1, now);
    update.setLong(2, sequence);
    update.executeUpdate();
  }
}
