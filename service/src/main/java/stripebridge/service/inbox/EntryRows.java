package stripebridge.service.inbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;

/// The rows of entries in a SQLite file: how they are written and read. Whatever is written is read
/// first, so that damage is not given a checksum of its own.
final class EntryRows {
  /// What a query for [#claims] selects.
  static final String COLUMNS = StoredRow.COLUMNS + ", body";

  /// No backoff is longer: a date further ahead was written under another clock.
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
  private static final int FIRST_THAT_CHANGES = 8;
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

  /// Whether an id that was given to a different event of this id is held, as [Placement] gives it.
  static boolean hasFurther(Statements statements, String eventId) throws SQLException {
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

  /// What came of writing settlements.
  ///
  /// @param written those that are
  /// @param damaged those whose rows are not as they were stored: nothing of them is written
  record Marked(List<Settlement> written, List<Settlement> damaged) {
    static final Marked NOTHING = new Marked(List.of(), List.of());
  }

  /// Writes what becomes of entries that are as they were stored.
  static Marked mark(Statements statements, List<Settlement> settlements, long now)
      throws SQLException {
    Marked marked = new Marked(new ArrayList<>(), new ArrayList<>());
    for (Settlement settlement : settlements) {
      Optional<StoredRow> row = find(statements, settlement.sequence());
      if (row.isPresent() && row.get().damage().isPresent()) {
        marked.damaged.add(settlement);
        continue;
      }
      if (row.isPresent()) {
        mark(statements, settlement, row.get(), now);
      }
      marked.written.add(settlement);
    }
    return marked;
  }

  private static void mark(Statements statements, Settlement settlement, StoredRow row, long now)
      throws SQLException {
    if (settlement instanceof Settlement.Released) {
      release(statements, row);
    } else {
      update(statements, row, row.status().after(settlement, now));
    }
  }

  /// Writes what becomes of a claimed entry that is damaged, or that an index does not have: it is
  /// parked, but for one that was published, whose message was made of what was read before.
  /// Between [InboxIndexes#drop] and [InboxIndexes#rebuild].
  ///
  /// @return what was written
  static Settlement markDamaged(
      Statements statements, Settlement settlement, StoredRow row, long now) throws SQLException {
    Optional<String> damage = row.damage();
    if (damage.isEmpty()) {
      mark(statements, settlement, row, now);
      return settlement;
    }
    boolean isSettled =
        settlement instanceof Settlement.Published || settlement instanceof Settlement.Parked;
    Settlement written =
        isSettled
            ? settlement
            : new Settlement.Parked(settlement.sequence(), ParkReason.DAMAGED, damage.get());
    StoredRow marked = row.with(row.status().after(written, now));
    // What was published stays damaged: its id may be what is, and the next look at it tells.
    boolean staysDamaged = written instanceof Settlement.Published;
    update(statements, marked, staysDamaged ? row.rowChecksum() : marked.rowChecksum());
    return written;
  }

  /// What was claimed by its date is free when it is given back: its date has come, and it should
  /// not be passed by what was given back with it.
  private static void release(Statements statements, StoredRow row) throws SQLException {
    if (row.status().dueAt() > 0) {
      update(statements, row, row.status().withoutDate());
    }
  }

  /// Parks a row that is found damaged. Between [InboxIndexes#drop] and [InboxIndexes#rebuild].
  static void park(Statements statements, StoredRow row, long now) throws SQLException {
    update(
        statements,
        row,
        row.status().parked(ParkReason.DAMAGED, row.damage().orElse("it is damaged"), now));
  }

  /// Parks rows that are found damaged, for who has nothing else to mend.
  static void park(Statements statements, List<StoredRow> damaged, long now) throws SQLException {
    InboxIndexes.drop(statements);
    for (StoredRow row : damaged) {
      park(statements, row, now);
    }
    InboxIndexes.rebuild(statements, damaged.stream().map(StoredRow::sequence).toList());
  }

  /// Has an entry stand elsewhere.
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
    for (int i = FIRST_THAT_CHANGES; i < COVERED; i++) {
      update.setObject(at++, row.value(i));
    }
    update.setLong(at++, rowChecksum);
    update.setLong(at, row.sequence());
    update.executeUpdate();
  }

  /// Has what waits for a date that no backoff sets be due at once: the clock was wrong then, or is
  /// now.
  static void hastenFarDates(Statements statements, long now) throws SQLException {
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
      // What is damaged is found as such.
      if (row.damage().isEmpty()) {
        update(statements, row, row.status().dueNow());
      }
    }
  }

  /// Reads waiting entries; the rows have [#COLUMNS].
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
    // An index that is damaged may have others among those that wait.
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
      return new Claim.Damaged(stored.sequence(), id, "it holds what cannot be: " + e.getMessage());
    }
  }

  /// Whether a row that has [#COLUMNS] is what was stored, whatever its state.
  static boolean isIntact(ResultSet row) throws SQLException {
    StoredRow stored = StoredRow.read(row);
    return stored.damage().isEmpty()
        && (stored.status().isFinished()
            || claim(stored, row.getBytes(BODY)) instanceof Claim.Intact);
  }
}
