package stripebridge.service.inbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxException;

/// The file of an inbox as an end of a move. It is owned meanwhile: no `serve` can have it.
public final class SqliteEnd implements InboxEnd {
  private final InboxFile file;
  private final Connection connection;

  private SqliteEnd(InboxFile file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /// Takes a file that entries leave.
  ///
  /// @throws InboxException.Unusable when it is not there, is no inbox, or a serve has it
  public static SqliteEnd openExisting(Path path) throws InboxException {
    if (!Files.exists(path)) {
      throw new InboxException.Unusable(
          "cannot open the inbox '" + path + "': there is no such file", "nothing was moved", null);
    }
    return open(path);
  }

  /// Takes a file that entries come to, and makes it when there is none.
  public static SqliteEnd open(Path path) throws InboxException {
    InboxFile file = InboxFile.open(path);
    try {
      return new SqliteEnd(file, file.connectToWrite());
    } catch (SQLException e) {
      file.close();
      throw new InboxException.Unavailable(
          "cannot open the inbox '" + path + "': " + e.getMessage(), e);
    }
  }

  @Override
  public List<MovedEntry> first(int max) throws InboxException {
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT state, sequence, event_id, event_type, account, received_at, body, checksum,
              refusals, permanent_refusals, coalesce(settled_at, 0), coalesce(reason, ''),
              coalesce(detail, '')
            FROM entry ORDER BY sequence LIMIT ?
            """)) {
      query.setInt(1, max);
      List<MovedEntry> found = new ArrayList<>();
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          byte[] body = row.getBytes(7);
          found.add(
              new MovedEntry(
                  EntryState.valueOf(row.getString(1).toUpperCase(Locale.ROOT)),
                  row.getLong(2),
                  row.getString(3),
                  row.getString(4),
                  "",
                  row.getString(5),
                  row.getLong(6),
                  body == null ? new byte[0] : body,
                  row.getLong(8),
                  row.getInt(9),
                  row.getInt(10),
                  row.getLong(11),
                  row.getString(12),
                  row.getString(13)));
        }
      }
      return found;
    } catch (SQLException e) {
      throw failure("read", e);
    }
  }

  @Override
  public int take(List<MovedEntry> entries) throws InboxException {
    return inTransaction(() -> {
      int count = 0;
      for (MovedEntry entry : entries) {
        count += insert(entry);
      }
      return count;
    });
  }

  private int insert(MovedEntry entry) throws SQLException {
    boolean isKept = entry.state() == EntryState.WAITING || entry.state() == EntryState.PARKED;
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO entry
              (event_id, event_type, account, received_at, state, body, checksum, refusals,
               permanent_refusals, settled_at, reason, detail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), nullif(?, ''), nullif(?, ''))
            ON CONFLICT (event_id) DO NOTHING
            """)) {
      insert.setString(1, entry.eventId());
      insert.setString(2, entry.eventType());
      insert.setString(3, entry.account());
      insert.setLong(4, entry.receivedAt());
      insert.setString(5, entry.state().name().toLowerCase(Locale.ROOT));
      insert.setBytes(6, isKept ? entry.body() : null);
      insert.setLong(7, entry.checksum());
      insert.setInt(8, entry.refusals());
      insert.setInt(9, entry.permanentRefusals());
      insert.setLong(10, entry.settledAt());
      insert.setString(11, entry.reason());
      insert.setString(12, entry.detail());
      return insert.executeUpdate();
    }
  }

  @Override
  public void drop(List<MovedEntry> entries) throws InboxException {
    var _ =
        inTransaction(() -> {
          try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM entry WHERE sequence = ?")) {
            for (MovedEntry entry : entries) {
              delete.setLong(1, entry.sequence());
              delete.executeUpdate();
            }
          }
          return entries.size();
        });
  }

  private interface Work {
    int run() throws SQLException;
  }

  private int inTransaction(Work work) throws InboxException {
    try (Statement transaction = connection.createStatement()) {
      transaction.execute("BEGIN IMMEDIATE");
      try {
        int done = work.run();
        transaction.execute("COMMIT");
        return done;
      } catch (SQLException e) {
        transaction.execute("ROLLBACK");
        throw e;
      }
    } catch (SQLException e) {
      throw failure("change", e);
    }
  }

  private InboxException failure(String what, SQLException e) {
    return new InboxException.Unavailable(
        "cannot " + what + " the inbox '" + file + "': " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException _) {
      // What it wrote is committed.
    }
    file.close();
  }
}
