package stripebridge.service.inbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;

/// The rows of entries in a SQLite file: how they are written and read.
final class EntryRows {
  static final String COLUMNS =
      "sequence, event_id, event_type, account, received_at, body, checksum, refusals,"
          + " permanent_refusals";

  private EntryRows() {}

  /// Adds a waiting entry.
  ///
  /// @return whether its id was not known
  static boolean insert(Statements statements, long sequence, ReceivedEvent event)
      throws SQLException {
    PreparedStatement insert =
        statements.of(
            """
            INSERT INTO entry
              (sequence, event_id, event_type, account, received_at, state, body, checksum)
            VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?) ON CONFLICT (event_id) DO NOTHING
            """);
    insert.setLong(1, sequence);
    insert.setString(2, event.id().text());
    insert.setString(3, event.type().text());
    insert.setString(4, event.account());
    insert.setLong(5, event.receivedAt().toEpochMilli());
    insert.setBytes(6, event.body());
    insert.setLong(7, Checksum.of(event));
    return insert.executeUpdate() == 1;
  }

  /// Whether an entry has the event's id.
  static boolean isKnownId(Statements statements, ReceivedEvent event) throws SQLException {
    PreparedStatement query = statements.of("SELECT 1 FROM entry WHERE event_id = ?");
    query.setString(1, event.id().text());
    try (ResultSet rows = query.executeQuery()) {
      return rows.next();
    }
  }

  /// Writes what becomes of an entry.
  static void mark(Statements statements, Settlement settlement, long now) throws SQLException {
    String set =
        switch (settlement) {
          case Settlement.Published _ ->
              "state = 'published', body = NULL, held = NULL, due_at = 0, settled_at = ?2";
          case Settlement.Refused _ ->
              "refusals = refusals + 1, permanent_refusals = permanent_refusals + ?4,"
                  + " due_at = ?2, reason = ?3, held = NULL";
          case Settlement.Held _ -> "held = ?3, due_at = 0";
          case Settlement.Parked _ ->
              "state = 'parked', held = NULL, due_at = 0, settled_at = ?2, reason = ?3,"
                  + " detail = ?4";
          case Settlement.Released _ -> "";
        };
    if (set.isEmpty()) {
      return; // Nothing of it is in the store.
    }
    PreparedStatement update = statements.of("UPDATE entry SET " + set + " WHERE sequence = ?1");
    update.setLong(1, settlement.sequence());
    switch (settlement) {
      case Settlement.Published _ -> update.setLong(2, now);
      case Settlement.Refused(long _, Instant at, String reason, boolean isPermanent) -> {
        // 0 would mean never tried.
        update.setLong(2, Math.max(1, at.toEpochMilli()));
        update.setString(3, reason);
        update.setInt(4, isPermanent ? 1 : 0);
      }
      case Settlement.Held(long _, String topic) -> update.setString(3, topic);
      case Settlement.Parked(long _, var reason, String detail) -> {
        update.setLong(2, now);
        update.setString(3, reason.name());
        update.setString(4, detail);
      }
      case Settlement.Released _ -> throw new IllegalStateException("returned above");
    }
    update.executeUpdate();
  }

  /// Runs a query whose rows have [#COLUMNS].
  static List<Claim> claims(Connection connection, String query, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        List<Claim> claims = new ArrayList<>();
        while (rows.next()) {
          claims.add(claim(rows));
        }
        return claims;
      }
    }
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
}
