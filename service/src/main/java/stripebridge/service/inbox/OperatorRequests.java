package stripebridge.service.inbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxAdmin.Answer;
import stripebridge.core.inbox.InboxAdmin.Outcome;

/// Reads and carries out operators' requests, which are rows of the inbox's file. The owner of the
/// file does this in its own transactions.
final class OperatorRequests {
  private OperatorRequests() {}

  enum Action {
    RETRY("retry"),
    RETRY_ALL_PARKED("retry_all_parked"),
    DISCARD("discard"),
    ACKNOWLEDGE_LOSS("acknowledge_loss");

    private final String text;

    Action(String text) {
      this.text = text;
    }

    /// As the column `action` has it.
    String text() {
      return text;
    }
  }

  /// An unanswered request.
  ///
  /// @param action absent when this release does not know it
  /// @param eventId empty when the action is not for a single entry
  record Request(long id, Optional<Action> action, String eventId) {}

  /// A change of an entry, for an owner that has entries in its heap.
  record Changed(long sequence, EntryState from, EntryState to) {}

  /// Keeps entries that a request changes from being claimed.
  interface Claims {
    /// Takes an entry until the owner's transaction ends.
    ///
    /// @param isFree whether it has no date and is not held
    /// @return false when it is claimed
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

  /// Carries out any action but [Action#RETRY_ALL_PARKED].
  ///
  /// @param steadyNow the time that dates are compared with
  /// @param changed receives the changes
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
      // It will be parked as damaged; its state cannot be relied on.
      return new Answer(Outcome.NOT_APPLICABLE, 0);
    }
    long sequence = row.sequence();
    EntryState state = StateText.parse(row.status().state()).orElseThrow();
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
