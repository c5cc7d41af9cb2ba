package stripebridge.service.inbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ParkReason;

/// The source or target of a move in a SQLite file. It owns the file meanwhile, so `serve` cannot.
public final class SqliteMoveEndpoint implements MoveEndpoint {
  // Another operator's command takes only a moment.
  private static final Duration OPEN_MAX = Duration.ofSeconds(5);

  private final InboxFile file;
  private final Connection connection;

  private SqliteMoveEndpoint(InboxFile file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /// Opens the source of a move.
  ///
  /// @throws InboxException.Unusable when the file is missing, is not an inbox, or serve has it
  public static SqliteMoveEndpoint openExisting(Path path) throws InboxException {
    if (!Files.exists(path)) {
      throw new InboxException.Unusable(
          "cannot open the inbox '" + path + "': there is no such file", "nothing was moved", null);
    }
    return open(path);
  }

  /// Opens the target of a move, and creates it if it is missing.
  public static SqliteMoveEndpoint open(Path path) throws InboxException {
    InboxFile file = InboxFile.open(path, "inbox move", OPEN_MAX);
    try {
      return new SqliteMoveEndpoint(file, file.connectToWrite());
    } catch (SQLException e) {
      file.close();
      throw InboxFile.failure(path, "open", e);
    }
  }

  @Override
  public List<MovedEntry> first(int max) throws InboxException {
    try {
      List<MovedEntry> found = new ArrayList<>();
      List<StoredRow> damaged = new ArrayList<>();
      read(max, found, damaged);
      if (!damaged.isEmpty()) {
        // Otherwise the row could not be deleted later, since the indexes contradict it.
        Statements statements = new Statements(connection);
        statements.inTransaction(
            () -> EntryRows.park(statements, damaged, System.currentTimeMillis()));
        statements.clear();
        found.clear();
        read(max, found, damaged);
      }
      return found;
    } catch (SQLException e) {
      throw failure("read", e);
    }
  }

  private void read(int max, List<MovedEntry> found, List<StoredRow> damaged) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT " + EntryRows.COLUMNS + " FROM entry ORDER BY sequence LIMIT ?")) {
      query.setInt(1, max);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          StoredRow row = StoredRow.read(rows);
          if (row.damage().isPresent()) {
            damaged.add(row);
          } else {
            found.add(moved(row, rows.getBytes(StoredRow.COLUMN_COUNT + 1)));
          }
        }
      }
    }
  }

  private static MovedEntry moved(StoredRow row, byte @Nullable [] body) {
    EntryStatus status = row.status();
    Long settledAt = status.settledAt();
    return new MovedEntry(
        StateText.parse(status.state()).orElseThrow(),
        row.sequence(),
        row.eventId(),
        row.eventType(),
        row.objectId(),
        row.account(),
        row.receivedAt(),
        body == null ? new byte[0] : body,
        row.checksum(),
        (int) status.refusals(),
        (int) status.permanentRefusals(),
        settledAt == null ? 0 : settledAt,
        orEmpty(status.reason()),
        orEmpty(status.detail()));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  @Override
  public Optional<MovedEntry> find(String eventId) throws InboxException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT "
                + EntryRows.COLUMNS
                + " FROM entry WHERE event_id = ? ORDER BY copy LIMIT 1")) {
      query.setString(1, eventId);
      try (ResultSet rows = query.executeQuery()) {
        if (!rows.next()) {
          return Optional.empty();
        }
        StoredRow row = StoredRow.read(rows);
        // A damaged row may have an invalid state.
        StoredRow readable =
            row.damage().isEmpty()
                ? row
                : row.with(row.status().parked(ParkReason.DAMAGED, "", row.receivedAt()));
        return Optional.of(moved(readable, rows.getBytes(StoredRow.COLUMN_COUNT + 1)));
      }
    } catch (SQLException e) {
      throw failure("read", e);
    }
  }

  @Override
  public int take(List<MovedEntry> entries) throws InboxException {
    return inTransaction(() -> {
      Statements statements = new Statements(connection);
      try {
        int count = 0;
        for (MovedEntry entry : entries) {
          count += insert(statements, entry);
        }
        return count;
      } finally {
        statements.clear();
      }
    });
  }

  private int insert(Statements statements, MovedEntry entry) throws SQLException {
    EntryStatus status =
        new EntryStatus(
            StateText.of(entry.state()),
            entry.refusals(),
            entry.permanentRefusals(),
            0,
            null,
            entry.settledAt() == 0 ? null : entry.settledAt(),
            orNull(entry.reason()),
            orNull(entry.detail()));
    StoredRow row =
        StoredRow.of(
            Losses.lastSequence(statements) + 1,
            1,
            entry.eventId(),
            entry.eventType(),
            entry.objectId(),
            entry.account(),
            entry.receivedAt(),
            entry.checksum(),
            status);
    byte[] body = status.isFinished() ? null : entry.body();
    return EntryRows.insert(statements, row, body) ? 1 : 0;
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  @Override
  public void drop(List<MovedEntry> entries) throws InboxException {
    int _ =
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

  private int inTransaction(Transaction.Work<Integer> work) throws InboxException {
    try {
      return file.transact(connection, work);
    } catch (SQLException e) {
      throw failure("change", e);
    }
  }

  private InboxException failure(String what, SQLException e) {
    return InboxFile.failure(file.path(), what, e);
  }

  @Override
  public void close() {
    file.close();
  }
}
