package stripebridge.service.inbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A row of the table `entry` without its body, as it was read; any column may be damaged.
final class StoredRow {
  /// The columns that [#read] needs, as the first of a query.
  static final String COLUMNS =
      "sequence, event_id, copy, event_type, object_id, account, received_at, checksum, state,"
          + " refusals, permanent_refusals, due_at, held, settled_at, reason, detail, row_checksum,"
          + " body IS NOT NULL";

  static final int COLUMN_COUNT = 18;

  static final int COPY_MAX = 16;

  private static final int SEQUENCE = 0;

  /// The index of the id among the values.
  static final int EVENT_ID = 1;

  private static final int COPY = 2;
  private static final int EVENT_TYPE = 3;
  private static final int OBJECT_ID = 4;
  private static final int ACCOUNT = 5;
  private static final int RECEIVED_AT = 6;
  private static final int CHECKSUM = 7;
  private static final int STATE = 8;
  private static final int COVERED = 16;

  private final @Nullable Object[] values;
  private final long rowChecksum;
  private final boolean hasBody;

  private StoredRow(@Nullable Object[] values, long rowChecksum, boolean hasBody) {
    this.values = values;
    this.rowChecksum = rowChecksum;
    this.hasBody = hasBody;
  }

  /// A row to write.
  ///
  /// @param objectId empty when it is not known
  /// @param checksum of the event
  static StoredRow of(
      long sequence,
      long copy,
      String eventId,
      String eventType,
      String objectId,
      String account,
      long receivedAt,
      long checksum,
      EntryStatus status) {
    @Nullable Object[] values = new @Nullable Object[COVERED];
    values[SEQUENCE] = sequence;
    values[EVENT_ID] = eventId;
    values[COPY] = copy;
    values[EVENT_TYPE] = eventType;
    values[OBJECT_ID] = objectId.isEmpty() ? null : objectId;
    values[ACCOUNT] = account;
    values[RECEIVED_AT] = receivedAt;
    values[CHECKSUM] = checksum;
    return new StoredRow(values, 0, !status.isFinished()).with(status);
  }

  /// Reads the columns [#COLUMNS] of a result.
  static StoredRow read(ResultSet row) throws SQLException {
    @Nullable Object[] values = new @Nullable Object[COVERED];
    for (int i = 0; i < COVERED; i++) {
      values[i] = row.getObject(i + 1);
    }
    return new StoredRow(values, row.getLong(COVERED + 1), row.getLong(COVERED + 2) == 1);
  }

  /// The same entry with another status.
  StoredRow with(EntryStatus next) {
    @Nullable Object[] changed = values.clone();
    changed[STATE] = next.state();
    changed[STATE + 1] = next.refusals();
    changed[STATE + 2] = next.permanentRefusals();
    changed[STATE + 3] = next.dueAt();
    changed[STATE + 4] = next.held();
    changed[STATE + 5] = next.settledAt();
    changed[STATE + 6] = next.reason();
    changed[STATE + 7] = next.detail();
    return new StoredRow(changed, Checksum.ofValues(changed), hasBody && !next.isFinished());
  }

  /// The same row as another copy of its id.
  StoredRow withCopy(long copy) {
    @Nullable Object[] changed = values.clone();
    changed[COPY] = copy;
    return new StoredRow(changed, Checksum.ofValues(changed), hasBody);
  }

  /// The same row under another id, for a row whose id has too many copies.
  StoredRow withEventId(String eventId) {
    @Nullable Object[] changed = values.clone();
    changed[EVENT_ID] = eventId;
    changed[COPY] = 1L;
    return new StoredRow(changed, Checksum.ofValues(changed), hasBody);
  }

  /// Whether the checksum matches the values, valid or not.
  boolean isAsWritten() {
    return rowChecksum == Checksum.ofValues(values);
  }

  /// The reason why this is not what was stored; ignores the body.
  Optional<String> damage() {
    String inconsistency = status().inconsistency(hasBody);
    if (!inconsistency.isEmpty()) {
      return Optional.of(inconsistency);
    }
    if (number(COPY) < 1 || number(COPY) > COPY_MAX) {
      return Optional.of("its copy number is invalid");
    }
    return isAsWritten()
        ? Optional.empty()
        : Optional.of("its checksum differs from what was stored");
  }

  EntryStatus status() {
    Object settledAt = values[STATE + 5];
    return new EntryStatus(
        text(STATE),
        number(STATE + 1),
        number(STATE + 2),
        number(STATE + 3),
        values[STATE + 4] instanceof String held ? held : null,
        settledAt instanceof Number at ? at.longValue() : null,
        values[STATE + 6] instanceof String reason ? reason : null,
        values[STATE + 7] instanceof String detail ? detail : null);
  }

  long sequence() {
    return number(SEQUENCE);
  }

  String eventId() {
    return text(EVENT_ID);
  }

  long copy() {
    return number(COPY);
  }

  String eventType() {
    return text(EVENT_TYPE);
  }

  /// Empty when it is not known.
  String objectId() {
    return text(OBJECT_ID);
  }

  String account() {
    return text(ACCOUNT);
  }

  long receivedAt() {
    return number(RECEIVED_AT);
  }

  /// The checksum of the event.
  long checksum() {
    return number(CHECKSUM);
  }

  /// The checksum of all values but the body.
  long rowChecksum() {
    return rowChecksum;
  }

  /// A value that [#rowChecksum] covers, by its index in [#COLUMNS].
  @Nullable Object value(int index) {
    return values[index];
  }

  private String text(int index) {
    return values[index] instanceof String text ? text : "";
  }

  private long number(int index) {
    return values[index] instanceof Number number ? number.longValue() : 0;
  }
}
