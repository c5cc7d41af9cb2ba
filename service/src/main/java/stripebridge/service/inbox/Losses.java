package stripebridge.service.inbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stripebridge.core.inbox.InboxLoss;

/// Records losses in the file: acknowledged events that are missing from it, until an operator
/// acknowledges the loss.
final class Losses {
  private Losses() {}

  /// Compares the file with the mark beside it, and records missing sequences. New sequences begin
  /// after them. A mark of another inbox means that the file was replaced: that inbox's entries are
  /// missing here.
  static void find(Statements statements, HighWaterMark.Reading mark, InboxObserver observer)
      throws SQLException {
    switch (mark) {
      case HighWaterMark.Reading.Absent _ -> {}
      case HighWaterMark.Reading.Unreadable(String why) ->
          observer.markFailed(
              "cannot find out whether events are missing from the mark beside the inbox: " + why);
      case HighWaterMark.Reading.Found found -> {
        if (!found.inboxId().equals(inboxId(statements))) {
          observer.markFailed(
              "the mark beside the inbox belongs to another inbox, with %d events, last written at"
                      .formatted(found.sequence())
                  + " %s: events that waited there are not in this inbox"
                      .formatted(found.writtenAt()));
          if (found.sequence() > 0) {
            statements.inTransaction(() -> write(statements, found, true));
          }
        } else if (found.sequence() > lastSequence(statements)) {
          statements.inTransaction(() -> write(statements, found, false));
        }
      }
    }
  }

  /// The last sequence that was ever used.
  static long lastSequence(Statements statements) throws SQLException {
    // SQLite's own record of it may be damaged: the rows count, too.
    return statements.number(
        "SELECT max(coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = 'entry'), 0),"
            + " coalesce((SELECT max(sequence) FROM entry), 0))");
  }

  /// The id of the inbox in the file.
  static String inboxId(Statements statements) throws SQLException {
    try (ResultSet row =
        statements.of("SELECT value FROM meta WHERE name = 'inbox_id'").executeQuery()) {
      return row.next() ? row.getString(1) : "";
    }
  }

  private static void write(
      Statements statements, HighWaterMark.Reading.Found mark, boolean isOfAnother)
      throws SQLException {
    PreparedStatement insert =
        statements.of(
            """
            INSERT INTO loss (first_sequence, last_sequence, accepted_after, accepted_before)
            VALUES (?, ?,
              (SELECT received_at FROM entry WHERE ? = 0 ORDER BY sequence DESC LIMIT 1), ?)
            """);
    long last = lastSequence(statements);
    // Any event of another inbox may be missing, whenever it was accepted.
    insert.setLong(1, isOfAnother ? 1 : last + 1);
    insert.setLong(2, mark.sequence());
    insert.setInt(3, isOfAnother ? 1 : 0);
    insert.setLong(4, mark.writtenAt().toEpochMilli());
    insert.executeUpdate();
    statements.run("DELETE FROM sqlite_sequence WHERE name = 'entry'");
    statements.run(
        "INSERT INTO sqlite_sequence (name, seq) VALUES ('entry', "
            + Math.max(last, mark.sequence())
            + ")");
  }

  /// Losses that no operator has acknowledged.
  static List<InboxLoss> unacknowledged(Statements statements) throws SQLException {
    List<InboxLoss> losses = new ArrayList<>();
    try (ResultSet row =
        statements
            .of(
                "SELECT first_sequence, last_sequence, accepted_before, accepted_after FROM loss"
                    + " WHERE acknowledged_at IS NULL ORDER BY id")
            .executeQuery()) {
      while (row.next()) {
        long before = row.getLong(3);
        long after = row.getLong(4);
        boolean isKnown = !row.wasNull();
        losses.add(
            new InboxLoss(
                row.getLong(1),
                row.getLong(2),
                isKnown ? Optional.of(Instant.ofEpochMilli(after)) : Optional.empty(),
                Instant.ofEpochMilli(before)));
      }
    }
    return losses;
  }

  /// Marks all losses as acknowledged.
  ///
  /// @return how many losses were acknowledged
  static int acknowledge(Statements statements, long now) throws SQLException {
    PreparedStatement update =
        statements.of("UPDATE loss SET acknowledged_at = ? WHERE acknowledged_at IS NULL");
    update.setLong(1, now);
    return update.executeUpdate();
  }
}
