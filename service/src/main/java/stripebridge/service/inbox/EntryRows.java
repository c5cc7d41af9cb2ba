package stripebridge.service.inbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;

/// Reads and writes the rows of entries in a SQLite file. It reads each row before it changes it,
/// so that a damaged row never gets a valid checksum.
final class EntryRows {
  /// The columns that a query for [#claims] selects.
  static final String COLUMNS = StoredRow.COLUMNS + ", body";

  /// No backoff is longer: a date further ahead was set by another clock.
  static final Duration DATE_MAX = Duration.ofSeconds(60);

  private static final int BODY = StoredRow.COLUMN_COUNT + 1;
  private static final String INSERT =
      """
      INSERT INTO entry
        (sequence, event_id, copy, event_type, object_id, account, received_at, checksum, state,
         refusals, permanent_refusals, due_at, held, settled_at, reason, detail, row_checksum, body)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (event_id, copy) DO NOTHING
      """;
  private static final String UPDATE =
      """
      UPDATE entry SET state = ?, refusals = ?, permanent_refusals = ?, due_at = ?, held = ?,
        settled_at = ?, reason = ?, detail = ?, row_checksum = ?
      """;
  private static final int FIRST_CHANGING = 8;
  private static final int COVERED = 16;

  private EntryRows() {}

  /// Adds a waiting entry.
  ///
  /// @return whether its id was not known
  static boolean insert(Statements statements, long sequence, ReceivedEvent event)
      throws SQLException {
    return insert(statements, sequence, event, EntryStatus.NEW);
  }

  /// Adds an entry.
  ///
  /// @return whether its id was not known
  static boolean insert(
      Statements statements, long sequence, ReceivedEvent event, EntryStatus status)
      throws SQLException {
    StoredRow row =
        StoredRow.of(
            sequence,
            1,
            event.id().text(),
            event.type().text(),
            event.objectId(),
            event.account(),
            event.receivedAt().toEpochMilli(),
            Checksum.of(event),
            status);
    return insert(statements, row, event.body());
  }

  /// Adds a row as it is.
  ///
  /// @return whether no other had its id and copy
  static boolean insert(Statements statements, StoredRow row, byte @Nullable [] body)
      throws SQLException {
    PreparedStatement insert = statements.of(INSERT);
    for (int i = 0; i < COVERED; i++) {
      insert.setObject(i + 1, row.value(i));
    }
    insert.setLong(COVERED + 1, row.rowChecksum());
    insert.setBytes(COVERED + 2, body);
    return insert.executeUpdate() == 1;
  }

  /// The entry that has an id.
  static Optional<StoredRow> find(Statements statements, String eventId) throws SQLException {
    PreparedStatement query =
        statements.of(
            "SELECT " + StoredRow.COLUMNS + " FROM entry WHERE event_id = ? ORDER BY copy LIMIT 1");
    query.setString(1, eventId);
    return first(query);
  }

  /// Whether the file has an id that [Placement] derived from this one.
  static boolean hasDerivedId(Statements statements, String eventId) throws SQLException {
    PreparedStatement query =
        statements.of("SELECT 1 FROM entry WHERE event_id > ? AND event_id < ? LIMIT 1");
    query.setString(1, eventId + '-');
    query.setString(2, eventId + (char) ('-' + 1));
    try (ResultSet rows = query.executeQuery()) {
      return rows.next();
    }
  }

  /// The entry that has a sequence.
  static Optional<StoredRow> find(Statements statements, long sequence) throws SQLException {
    PreparedStatement query =
        statements.of("SELECT " + StoredRow.COLUMNS + " FROM entry WHERE sequence = ?");
    query.setLong(1, sequence);
    return first(query);
  }

  private static Optional<StoredRow> first(PreparedStatement query) throws SQLException {
    try (ResultSet rows = query.executeQuery()) {
      return rows.next() ? Optional.of(StoredRow.read(rows)) : Optional.empty();
    }
  }

  /// The result of [#settle].
  ///
  /// @param damaged settlements that were not written, since their rows are damaged
  record Settled(List<Settlement> written, List<Settlement> damaged) {
    static final Settled NOTHING = new Settled(List.of(), List.of());
  }

  /// Writes settlements, except those of damaged rows.
  static Settled settle(Statements statements, List<Settlement> settlements, long now)
      throws SQLException {
    Settled settled = new Settled(new ArrayList<>(), new ArrayList<>());
    Map<Long, StoredRow> rows = find(statements, settlements);
    for (Settlement settlement : settlements) {
      StoredRow row = rows.get(settlement.sequence());
      if (row != null && row.damage().isPresent()) {
        settled.damaged.add(settlement);
        continue;
      }
      if (row != null) {
        settle(statements, settlement, row, now);
      }
      settled.written.add(settlement);
    }
    return settled;
  }

  /// The rows of settlements by their sequence, in one query: a query for each row costs more than
  /// the row.
  private static Map<Long, StoredRow> find(Statements statements, List<Settlement> settlements)
      throws SQLException {
    PreparedStatement query =
        statements.of(
            "SELECT "
                + StoredRow.COLUMNS
                + " FROM entry WHERE sequence IN (SELECT value FROM json_each(?))");
    query.setString(1, settlements.stream().map(Settlement::sequence).toList().toString());
    Map<Long, StoredRow> found = HashMap.newHashMap(settlements.size());
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        StoredRow row = StoredRow.read(rows);
        found.put(row.sequence(), row);
      }
    }
    return found;
  }

  private static void settle(Statements statements, Settlement settlement, StoredRow row, long now)
      throws SQLException {
    if (settlement instanceof Settlement.Released) {
      release(statements, row);
    } else {
      update(statements, row, row.status().after(settlement, now));
    }
  }

  /// Settles a claimed entry that is damaged or missing from an index. A damaged one is parked,
  /// unless it was published: its message was built from bytes read before the damage. Called
  /// between [InboxIndexes#drop] and [InboxIndexes#rebuild].
  ///
  /// @return the settlement that was written
  static Settlement settleDamaged(
      Statements statements, Settlement settlement, StoredRow row, long now) throws SQLException {
    Optional<String> damage = row.damage();
    if (damage.isEmpty()) {
      settle(statements, settlement, row, now);
      return settlement;
    }
    boolean isSettled =
        settlement instanceof Settlement.Published || settlement instanceof Settlement.Parked;
    Settlement written =
        isSettled
            ? settlement
            : new Settlement.Parked(settlement.sequence(), ParkReason.DAMAGED, damage.get());
    StoredRow settled = row.with(row.status().after(written, now));
    // A published row keeps its wrong checksum: its id may be damaged, and the next check reports
    // it.
    boolean staysDamaged = written instanceof Settlement.Published;
    update(statements, settled, staysDamaged ? row.rowChecksum() : settled.rowChecksum());
    return written;
  }

  /// Clears the date of a due entry, so that entries released with it cannot overtake it.
  private static void release(Statements statements, StoredRow row) throws SQLException {
    if (row.status().dueAt() > 0) {
      update(statements, row, row.status().withoutDate());
    }
  }

  /// Parks a damaged row. Called between [InboxIndexes#drop] and [InboxIndexes#rebuild].
  static void park(Statements statements, StoredRow row, long now) throws SQLException {
    update(
        statements,
        row,
        row.status().parked(ParkReason.DAMAGED, row.damage().orElse("it is damaged"), now));
  }

  /// Parks damaged rows and rebuilds the indexes.
  static void park(Statements statements, List<StoredRow> damaged, long now) throws SQLException {
    InboxIndexes.drop(statements);
    for (StoredRow row : damaged) {
      park(statements, row, now);
    }
    InboxIndexes.rebuild(statements, damaged.stream().map(StoredRow::sequence).toList());
  }

  /// Writes the next status of an entry.
  static void update(Statements statements, StoredRow row, EntryStatus next) throws SQLException {
    StoredRow changed = row.with(next);
    update(statements, changed, changed.rowChecksum());
  }

  private static void update(Statements statements, StoredRow row, long rowChecksum)
      throws SQLException {
    boolean isFinished = row.status().isFinished();
    PreparedStatement update =
        statements.of(UPDATE + (isFinished ? ", body = NULL" : "") + " WHERE sequence = ?");
    int at = 1;
    for (int i = FIRST_CHANGING; i < COVERED; i++) {
      update.setObject(at++, row.value(i));
    }
    update.setLong(at++, rowChecksum);
    update.setLong(at, row.sequence());
    update.executeUpdate();
  }

  /// Entries whose date is further ahead than any backoff become due now: the clock was wrong then,
  /// or is wrong now.
  static void makeFarDatesDue(Statements statements, long now) throws SQLException {
    List<StoredRow> far = new ArrayList<>();
    PreparedStatement query =
        statements.of(
            "SELECT "
                + StoredRow.COLUMNS
                + " FROM entry WHERE state = 'waiting' AND due_at > 0 AND due_at > ?");
    query.setLong(1, now + DATE_MAX.toMillis());
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        far.add(StoredRow.read(rows));
      }
    }
    for (StoredRow row : far) {
      // A damaged row is found when it is claimed or checked.
      if (row.damage().isEmpty()) {
        update(statements, row, row.status().dueNow());
      }
    }
  }

  /// Makes dated entries due that were refused for now.
  ///
  /// @return how many there were
  static int makeRefusedDue(Statements statements, List<Long> dated) throws SQLException {
    int count = 0;
    for (long sequence : dated) {
      Optional<StoredRow> row = find(statements, sequence);
      if (row.isPresent() && row.get().damage().isEmpty() && row.get().status().isRefusedForNow()) {
        update(statements, row.get(), row.get().status().dueNow());
        count++;
      }
    }
    return count;
  }

  /// Reads waiting entries from rows with [#COLUMNS].
  static List<Claim> claims(ResultSet rows) throws SQLException {
    List<Claim> claims = new ArrayList<>();
    while (rows.next()) {
      claim(rows).ifPresent(claims::add);
    }
    return claims;
  }

  private static Optional<Claim> claim(ResultSet row) throws SQLException {
    StoredRow stored = StoredRow.read(row);
    Optional<String> damage = stored.damage();
    if (damage.isPresent()) {
      return Optional.of(new Claim.Damaged(row.getLong(1), stored.eventId(), damage.get()));
    }
    // A damaged index may list entries that do not wait.
    return stored.status().state().equals(EntryStatus.WAITING)
        ? Optional.of(claim(stored, row.getBytes(BODY)))
        : Optional.empty();
  }

  private static Claim claim(StoredRow stored, byte @Nullable [] body) {
    String id = stored.eventId();
    try {
      ReceivedEvent event =
          new ReceivedEvent(
              new EventId(id),
              new EventType(stored.eventType()),
              stored.objectId(),
              stored.account(),
              Instant.ofEpochMilli(stored.receivedAt()),
              body == null ? new byte[0] : body);
      EntryStatus status = stored.status();
      return Checksum.of(event) == stored.checksum()
          ? new Claim.Intact(
              new InboxEntry(
                  stored.sequence(),
                  event,
                  (int) status.refusals(),
                  (int) status.permanentRefusals()))
          : new Claim.Damaged(stored.sequence(), id, "its checksum differs from what was stored");
    } catch (IllegalArgumentException e) {
      return new Claim.Damaged(stored.sequence(), id, "it has an invalid value: " + e.getMessage());
    }
  }

  /// Whether a row with [#COLUMNS] is what was stored, whatever its state.
  static boolean isIntact(ResultSet row) throws SQLException {
    StoredRow stored = StoredRow.read(row);
    return stored.damage().isEmpty()
        && (stored.status().isFinished()
            || claim(stored, row.getBytes(BODY)) instanceof Claim.Intact);
  }
}
