package stripebridge.service.inbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.ReceivedEvent;

/// Rows as entries, and what SQLite's failures mean.
final class Sql {
  static final String COLUMNS =
      "sequence, event_id, event_type, account, received_at, body, checksum, refusals,"
          + " permanent_refusals";

  private Sql() {}

  /// Reads rows that have [#COLUMNS].
  static List<Claim> claims(ResultSet rows) throws SQLException {
    List<Claim> claims = new ArrayList<>();
    while (rows.next()) {
      claims.add(claim(rows));
    }
    return claims;
  }

  private static Claim claim(ResultSet row) throws SQLException {
    long sequence = row.getLong(1);
    String id = text(row, 2);
    byte[] body = row.getBytes(6);
    try {
      ReceivedEvent event =
          new ReceivedEvent(
              new EventId(id),
              new EventType(text(row, 3)),
              text(row, 4),
              Instant.ofEpochMilli(row.getLong(5)),
              body == null ? new byte[0] : body);
      return Checksum.of(event) == row.getLong(7)
          ? new Claim.Intact(new InboxEntry(sequence, event, row.getInt(8), row.getInt(9)))
          : new Claim.Damaged(sequence, id, "its checksum differs from what was stored");
    } catch (IllegalArgumentException e) {
      return new Claim.Damaged(sequence, id, "it holds what cannot be: " + e.getMessage());
    }
  }

  private static String text(ResultSet row, int column) throws SQLException {
    @Nullable String text = row.getString(column);
    return text == null ? "" : text;
  }

  /// Whether the file itself is at fault.
  static boolean isDamaged(SQLException e) {
    return e instanceof SQLiteException sqlite
        && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CORRUPT
            || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_NOTADB);
  }
}
