package stripebridge.service.inbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.ParkReason;

/// Migrates an inbox from version 1 to version 2, whose rows have a checksum over all columns and
/// the id of their object.
///
/// It works in place: the table becomes `entry_1`, and its rows move to a new table, one batch per
/// transaction. A killed migration continues as long as `entry_1` exists. Each batch reuses the
/// pages that the batch before it freed.
final class MigrationToVersion2 {
  static final int BATCH_ROWS = 2_000;

  // Bodies of a batch, which are in the heap and in the log at once.
  private static final long BATCH_BYTES = 8 << 20;

  // Measured: 8 for entries without a body, 90 for those of 3 KB, and 16 MiB for the log.
  private static final long BYTES_A_ROW = 160;

  // The log of two batches, and twice the largest event.
  private static final long BYTES_AT_LEAST = 64 << 20;

  private MigrationToVersion2() {}

  /// Whether a migration has begun and not ended.
  static boolean isUnfinished(Statements statements) throws SQLException {
    return statements.number("SELECT count(*) FROM sqlite_master WHERE name = 'entry_1'") == 1;
  }

  /// How much room the disk must have.
  static long bytesNeeded(Statements statements) throws SQLException {
    String table = isUnfinished(statements) ? "entry_1" : "entry";
    return BYTES_AT_LEAST + BYTES_A_ROW * statements.number("SELECT count(*) FROM " + table);
  }

  /// Migrates the inbox, or the rest of it.
  static void migrate(Statements statements, int batchRows, InboxObserver observer)
      throws SQLException {
    statements.run("PRAGMA journal_mode = WAL");
    // A power cut undoes only whole batches, the last ones, and they are moved again.
    statements.run("PRAGMA synchronous = NORMAL");
    if (!isUnfinished(statements)) {
      statements.inTransaction(() -> begin(statements));
    }
    long total = statements.number("SELECT count(*) FROM entry_1");
    long moved = 0;
    observer.migrating(moved, total);
    List<Row> batch = read(statements, batchRows);
    while (!batch.isEmpty()) {
      List<Row> rows = batch;
      statements.inTransaction(() -> move(statements, rows));
      moved += rows.size();
      observer.migrating(moved, total);
      batch = read(statements, batchRows);
    }
    statements.inTransaction(() -> {
      statements.run("DROP TABLE entry_1");
      InboxIndexes.create(statements);
    });
    statements.run("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  /// After this, an older release refuses the file.
  private static void begin(Statements statements) throws SQLException {
    for (String index : List.of("waiting", "due", "held", "published")) {
      statements.run("DROP INDEX IF EXISTS " + index);
    }
    statements.run("ALTER TABLE entry RENAME TO entry_1");
    statements.run(InboxSchema.ENTRY_TABLE);
    statements.run(InboxSchema.META_TABLE);
    statements.run(InboxSchema.LOSS_TABLE);
    InboxIndexes.createIds(statements);
    InboxSchema.nameInbox(statements);
    // A sequence is not used twice, even if its row is gone.
    statements.run(
        "INSERT INTO sqlite_sequence (name, seq)"
            + " SELECT 'entry', seq FROM sqlite_sequence WHERE name = 'entry_1'");
    statements.run("PRAGMA user_version = 2");
  }

  @SuppressWarnings("ArrayRecordComponent") // Written once, and never compared.
  private record Row(StoredRow columns, byte @Nullable [] body) {}

  private static List<Row> read(Statements statements, int max) throws SQLException {
    PreparedStatement query =
        statements.of(
            """
            SELECT sequence, event_id, event_type, account, received_at, checksum, state, refusals,
              permanent_refusals, due_at, held, settled_at, reason, detail, body
            FROM entry_1 ORDER BY sequence LIMIT ?
            """);
    query.setInt(1, max);
    List<Row> batch = new ArrayList<>();
    long bytes = 0;
    try (ResultSet rows = query.executeQuery()) {
      while (bytes < BATCH_BYTES && rows.next()) {
        Row row = row(rows);
        bytes += row.body() == null ? 0 : row.body().length;
        batch.add(row);
      }
    }
    return batch;
  }

  private static Row row(ResultSet row) throws SQLException {
    byte[] body = row.getBytes(15);
    Long settledAt = row.getObject(12) instanceof Number at ? at.longValue() : null;
    EntryStatus status =
        new EntryStatus(
            text(row.getString(7)),
            row.getLong(8),
            row.getLong(9),
            row.getLong(10),
            row.getString(11),
            settledAt,
            row.getString(13),
            row.getString(14));
    String inconsistency = status.inconsistency(body != null);
    if (!inconsistency.isEmpty()) {
      long at = settledAt == null ? row.getLong(5) : settledAt;
      status = status.parked(ParkReason.DAMAGED, inconsistency, at);
    }
    return new Row(
        StoredRow.of(
            row.getLong(1),
            1,
            text(row.getString(2)),
            text(row.getString(3)),
            "",
            text(row.getString(4)),
            row.getLong(5),
            row.getLong(6),
            status),
        body);
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static void move(Statements statements, List<Row> batch) throws SQLException {
    for (Row row : batch) {
      // Two rows share an id only if one of them is damaged.
      StoredRow columns = row.columns();
      for (int copy = 1; !EntryRows.insert(statements, columns, row.body()); ) {
        copy++;
        columns =
            copy <= StoredRow.COPY_MAX
                ? columns.withCopy(copy)
                : columns.withEventId(columns.eventId() + "#" + columns.sequence());
      }
    }
    PreparedStatement delete = statements.of("DELETE FROM entry_1 WHERE sequence <= ?");
    delete.setLong(1, batch.getLast().columns().sequence());
    delete.executeUpdate();
  }
}
