package stripebridge.service.inbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxAdmin.Answer;
import stripebridge.core.inbox.InboxAdmin.Outcome;

/// What operators ask of an inbox, as rows of its file, and how it is done. Whoever owns the file
/// does it within its own transactions.
final class OperatorRequests {
  private OperatorRequests() {}

  /// What is asked.
  enum Action {
    RETRY,
    RETRY_ALL_PARKED,
    DISCARD,
    ACKNOWLEDGE_LOSS;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// One of them, not answered yet.
  ///
  /// @param action absent when it is none that this release knows
  /// @param eventId empty where no single entry is meant
  record Request(long id, Optional<Action> action, String eventId) {}

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
        String asked = rows.getString(2);
        Optional<Action> action =
            Arrays.stream(Action.values()).filter(each -> each.text().equals(asked)).findFirst();
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

  /// Does any other than [Action#RETRY_ALL_PARKED].
  ///
  /// @param steadyNow what dates are compared with
  /// @param changed is told what was changed
  static Answer apply(
      Statements statements,
      Action action,
      String eventId,
      long now,
      long steadyNow,
      Claims claims,
      List<Changed> changed)
      throws SQLException {
    if (action == Action.ACKNOWLEDGE_LOSS) {
      int losses = Losses.acknowledge(statements, now);
      return new Answer(losses == 0 ? Outcome.NOT_APPLICABLE : Outcome.DONE, losses);
    }
    Optional<StoredRow> found = EntryRows.find(statements, eventId);
    if (found.isEmpty()) {
      return new Answer(Outcome.NOT_FOUND, 0);
    }
    StoredRow row = found.get();
    if (row.damage().isPresent()) {
      // It is parked as damaged soon; what it says of itself cannot be gone by.
      return new Answer(Outcome.NOT_APPLICABLE, 0);
    }
    long sequence = row.sequence();
    EntryState state = EntryState.valueOf(row.status().state().toUpperCase(Locale.ROOT));
    boolean isDated = row.status().dueAt() > steadyNow;
    boolean isRetried = action == Action.RETRY;
    return switch (state) {
      case PARKED -> {
        if (isRetried) {
          EntryRows.update(statements, row, EntryStatus.RETRIED);
        } else {
          EntryRows.update(statements, row, row.status().discarded(now));
        }
        changed.add(
            new Changed(sequence, state, isRetried ? EntryState.WAITING : EntryState.DISCARDED));
        yield new Answer(Outcome.DONE, 1);
      }
      case WAITING -> {
        if (isRetried && !isDated) {
          yield new Answer(Outcome.NOT_APPLICABLE, 0);
        }
        if (!claims.take(sequence, row.status().isFree())) {
          yield new Answer(Outcome.IN_FLIGHT, 0);
        }
        if (isRetried) {
          EntryRows.update(statements, row, row.status().dueNow());
        } else {
          EntryRows.update(statements, row, row.status().discarded(now));
        }
        changed.add(new Changed(sequence, state, isRetried ? state : EntryState.DISCARDED));
        yield new Answer(Outcome.DONE, 1);
      }
      case PUBLISHED, DISCARDED -> new Answer(Outcome.NOT_APPLICABLE, 0);
    };
  }
}
