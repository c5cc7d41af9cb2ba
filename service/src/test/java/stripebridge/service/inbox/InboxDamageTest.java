package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteConnection;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.EntryRow;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.InboxContract;

/// Damage in a row is always noticed, and the row is kept.
class InboxDamageTest {
  private static final Instant NOW = InboxContract.NOW;
  private static final String TOPIC = "a/b";

  @TempDir private Path folder;
  private Path path;
  private final RecordedInboxObserver observer = new RecordedInboxObserver();

  /// Five entries in this order: free, due later, held, published, parked.
  @BeforeEach
  void fill() throws Exception {
    path = folder.resolve("inbox.db");
    try (SqliteInbox inbox = open(new RecordedInboxObserver())) {
      for (int i = 1; i <= 5; i++) {
        ReceivedEvent event = InboxContract.event("evt_" + i);
        assertThat(
                inbox.append(
                    new ReceivedEvent(
                        event.id(),
                        event.type(),
                        "po_" + i,
                        event.account(),
                        event.receivedAt(),
                        event.body())))
            .isEqualTo(Appended.STORED);
      }
      assertThat(inbox.claim(100, Duration.ZERO)).hasSize(5);
      inbox.settle(
          List.of(
              new Settlement.Released(1),
              new Settlement.Refused(2, NOW.plusSeconds(9), "full", false),
              new Settlement.Held(3, TOPIC),
              new Settlement.Published(4),
              new Settlement.Parked(5, ParkReason.REFUSED, "too large")));
    }
  }

  private SqliteInbox open(InboxObserver inboxObserver) throws InboxException {
    InstantSource clock = () -> NOW;
    return SqliteInbox.open(path, InboxClock.of(clock), 100, Duration.ofHours(1), inboxObserver);
  }

  private void sql(String... queries) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
        Statement statement = connection.createStatement()) {
      for (String query : queries) {
        statement.execute(query);
      }
    }
  }

  /// Claims and settles all entries, like a relay.
  private static List<Claim> takeAll(SqliteInbox inbox) throws Exception {
    List<Claim> taken = new ArrayList<>();
    for (List<Claim> claims = inbox.claim(100, Duration.ZERO);
        !claims.isEmpty();
        claims = inbox.claim(100, Duration.ZERO)) {
      taken.addAll(claims);
      settle(inbox, claims);
    }
    for (String topic : inbox.heldBehind()) {
      List<Claim> claims = inbox.claimHeld(topic, 100);
      taken.addAll(claims);
      settle(inbox, claims);
    }
    return taken;
  }

  private static void settle(SqliteInbox inbox, List<Claim> claims) throws Exception {
    inbox.settle(
        claims.stream()
            .map(claim ->
                switch (claim) {
                  case Claim.Intact(InboxEntry entry) -> new Settlement.Published(entry.sequence());
                  case Claim.Damaged damaged ->
                      new Settlement.Parked(
                          damaged.sequence(), ParkReason.DAMAGED, damaged.reason());
                })
            .toList());
  }

  /// Damages each column of each entry, by one bit or a little more, past all CHECKs.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|state = 'vaiting'",
        "1|state = 'published'",
        "1|state = 'parked'",
        "1|state = 'discarded'",
        "1|state = NULL",
        "1|state = CAST(state AS BLOB)",
        "1|event_id = 'evt_0'",
        "1|event_id = ''",
        "1|copy = 3",
        "1|copy = 33",
        "1|event_type = 'payout.failee'",
        "1|object_id = 'po_0'",
        "1|object_id = NULL",
        "1|account = 'acct_0'",
        "1|received_at = received_at + 1",
        "1|checksum = checksum + 1",
        "1|row_checksum = row_checksum + 1",
        "1|refusals = 4",
        "1|refusals = -1",
        "1|permanent_refusals = 1",
        "1|due_at = -1",
        "1|due_at = 1",
        "1|due_at = NULL",
        "1|due_at = x''",
        "1|due_at = 1099511627776000",
        "1|held = 'a/c'",
        "1|held = ''",
        "1|settled_at = 1",
        "1|reason = 'x'",
        "1|detail = 'x'",
        "1|body = NULL",
        "1|body = x'7b7d'",
        "2|due_at = due_at + 1099511627776",
        "2|due_at = 0",
        "2|due_at = -due_at",
        "2|refusals = 0",
        "2|reason = 'fuml'",
        "2|state = 'published'",
        "3|held = 'a/c'",
        "3|held = NULL",
        "3|due_at = 4",
        "3|state = 'published'",
        "3|state = 'waitinh'",
        "4|state = 'waiting'",
        "4|state = 'parked'",
        "4|state = 'puclished'",
        "4|event_id = 'evt_0'",
        "4|settled_at = 0",
        "4|settled_at = NULL",
        "4|body = x''",
        "5|state = 'waiting'",
        "5|state = 'published'",
        "5|reason = 'REFUSEE'",
        "5|detail = NULL",
      })
  void isNoticedAndParked(long sequence, String change) throws Exception {
    // A flipped bit bypasses NOT NULL, too.
    sql(
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', ' /*IN*/') WHERE name = 'entry'");
    sql(
        "PRAGMA ignore_check_constraints = ON",
        "UPDATE entry SET " + change + " WHERE sequence = " + sequence,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, ' /*IN*/', ' NOT NULL') WHERE name = 'entry'");
    assertIsParked(sequence);
  }

  private void assertIsParked(long sequence) throws Exception {
    List<Long> damaged = new ArrayList<>();
    try (SqliteInbox inbox = open(observer)) {
      // Claims and the check find it in any order.
      takeAll(inbox).stream()
          .filter(Claim.Damaged.class::isInstance)
          .forEach(claim -> damaged.add(claim.sequence()));
      observer.awaitCheck();
      assertThat(observer.failures).isEmpty();
      damaged.addAll(observer.damaged);
      assertThat(damaged).containsExactly(sequence);
      assertThat(inbox.counts().waiting()).isEqualTo(sequence == 2 ? 0 : 1);
      assertThat(inbox.counts().parked()).isEqualTo(sequence == 5 ? 1 : 2);
      for (int i = 1; i <= 5; i++) {
        if (i != sequence) {
          assertThat(inbox.append(InboxContract.event("evt_" + i))).isEqualTo(Appended.DUPLICATE);
        }
      }
    }
    try (Connection connection = InboxFile.connectTo(path)) {
      Statements statements = new Statements(connection);
      StoredRow row = EntryRows.find(statements, sequence).orElseThrow();
      assertThat(row.damage()).isEmpty();
      assertThat(row.status().state()).isEqualTo("parked");
      assertThat(row.status().reason()).isEqualTo("DAMAGED");
      assertThat(row.status().detail()).isNotEmpty();
      try (ResultSet result =
          statements.of("SELECT * FROM pragma_integrity_check").executeQuery()) {
        assertThat(result.next()).isTrue();
        assertThat(result.getString(1)).isEqualTo("ok");
      }
    }
  }

  @Test
  void isNoticedInTheBytesOfTheFile() throws Exception {
    // In the table, not in an index: there the state stands before the topic or the end of the id.
    flip("parked", "pbrked");
    assertIsParked(5);
  }

  @Test
  void isNoticedWhereOnlyTheIndexIsRight() throws Exception {
    flip("published", "qublished");
    assertIsParked(4);
  }

  @Test
  void isNoticedWhereItsIdBecomesAnothers() throws Exception {
    flip("evt_1payout", "evt_3payout");
    assertIsParked(1);
  }

  private void flip(String from, String to) throws Exception {
    byte[] bytes = Files.readAllBytes(path);
    String text = new String(bytes, ISO_8859_1);
    int page = text.indexOf("payout.failed");
    assertThat(page).isPositive();
    int at = text.indexOf(from, page - page % 4_096);
    System.arraycopy(to.getBytes(US_ASCII), 0, bytes, at, to.length());
    Files.write(path, bytes);
  }

  @Test
  void isReportedWhenTheEventIsDeliveredAgain() throws Exception {
    try (SqliteInbox inbox = open(observer);
        SqliteInboxAdmin admin = SqliteInboxAdmin.open(path, () -> NOW)) {
      observer.awaitCheck();
      assertThat(inbox.faults().damagedEntries()).isZero();
      sql("UPDATE entry SET settled_at = settled_at + 1 WHERE sequence = 4");

      assertThat(inbox.append(InboxContract.event("evt_4"))).isEqualTo(Appended.DUPLICATE);

      EntryRow row = admin.find("evt_4").orElseThrow();
      assertThat(row.state()).isEqualTo(EntryState.PARKED);
      assertThat(row.reason()).isEqualTo("DAMAGED");
      assertThat(observer.damaged).containsExactly(4L);
      assertThat(inbox.faults().damagedEntries()).isOne();
      assertThat(inbox.counts().parked()).isEqualTo(2);
    }
  }

  @Test
  void doesNotMakeADifferentEventADuplicate() throws Exception {
    try (SqliteInbox inbox = open(observer)) {
      observer.awaitCheck();
      sql("UPDATE entry SET settled_at = settled_at + 1 WHERE sequence = 4");
      ReceivedEvent known = InboxContract.event("evt_4");
      ReceivedEvent other =
          new ReceivedEvent(
              known.id(), new EventType("charge.failed"), "", "acct_1", NOW, known.body());

      assertThat(inbox.append(other)).isEqualTo(Appended.conflict(new EventId("evt_4-2")));
      assertThat(inbox.append(other)).isEqualTo(Appended.DUPLICATE);
    }
  }

  @Test
  void isNoticedWhenItIsSettled() throws Exception {
    try (SqliteInbox inbox = open(observer);
        SqliteInboxAdmin admin = SqliteInboxAdmin.open(path, () -> NOW)) {
      observer.awaitCheck();
      assertThat(inbox.claim(100, Duration.ZERO)).extracting(Claim::sequence).containsExactly(1L);
      sql("UPDATE entry SET account = 'acct_0' WHERE sequence = 1");

      inbox.settle(List.of(new Settlement.Refused(1, NOW.plusSeconds(5), "full", false)));

      assertThat(admin.find("evt_1").orElseThrow().reason()).isEqualTo("DAMAGED");
      assertThat(inbox.counts().waiting()).isEqualTo(2);
      assertThat(inbox.counts().parked()).isEqualTo(2);
    }
  }

  /// The message is on the broker, but the remembered id may be wrong.
  @Test
  void isReportedAtTheNextStartForAPublishedEntry() throws Exception {
    try (SqliteInbox inbox = open(new RecordedInboxObserver())) {
      assertThat(inbox.claim(100, Duration.ZERO)).hasSize(1);
      sql("UPDATE entry SET event_id = 'evt_0' WHERE sequence = 1");
      inbox.settle(List.of(new Settlement.Published(1)));
      assertThat(inbox.counts().waiting()).isEqualTo(2);
    }
    try (SqliteInbox inbox = open(observer)) {
      observer.awaitCheck();
      assertThat(observer.damaged).containsExactly(1L);
      assertThat(inbox.claim(100, Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void isNotForgottenByADamagedDate() throws Exception {
    sql("UPDATE entry SET settled_at = 1 WHERE sequence = 4");
    assertIsParked(4);
  }

  @Test
  void canBeRetriedByAnOperator() throws Exception {
    sql(
        "PRAGMA ignore_check_constraints = ON",
        "UPDATE entry SET state = 'published' WHERE sequence = 1");
    try (SqliteInbox inbox = open(observer);
        SqliteInboxAdmin admin = SqliteInboxAdmin.open(path, () -> NOW)) {
      observer.awaitCheck();
      assertThat(inbox.claim(100, Duration.ZERO)).isEmpty();
      assertThat(admin.retry("evt_1").count()).isOne();
      assertThat(InboxContract.ids(inbox.claim(100, Duration.ofSeconds(30))))
          .containsExactly("evt_1");
    }
  }

  /// Flips every bit of every row.
  @Test
  void isNoticedWhicheverBitIsFlipped() throws Exception {
    // Two rows are enough, with nothing between them.
    sql("DELETE FROM entry WHERE sequence NOT IN (2, 4)", "VACUUM");
    byte[] whole = Files.readAllBytes(path);
    // Marked as a file without a log: an in-memory database has none.
    whole[18] = 1;
    whole[19] = 1;
    List<String> before = rows(whole);
    assertThat(before).hasSize(2).allMatch(row -> row.startsWith("intact"));
    String text = new String(whole, ISO_8859_1);
    int page = text.indexOf("payout.failed") / 4_096 * 4_096;
    int first = ((whole[page + 5] & 0xff) << 8) + (whole[page + 6] & 0xff);
    int meaningless = 0;
    for (int at = page + first; at < page + 4_096; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = whole.clone();
        changed[at] ^= (byte) (1 << bit);
        List<String> after = rows(changed);
        if (after.equals(before)) {
          meaningless++;
        } else {
          assertThat(after)
              .as("bit %d of byte %d", bit, at)
              .anyMatch(row -> !row.startsWith("intact"));
        }
      }
    }
    // The column type of the sequence, which SQLite ignores.
    assertThat(meaningless).isLessThanOrEqualTo(before.size() * 2);
  }

  private static List<String> rows(byte[] file) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      connection.unwrap(SQLiteConnection.class).deserialize("main", file);
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT " + EntryRows.COLUMNS + " FROM entry NOT INDEXED ORDER BY sequence")) {
        while (rows.next()) {
          StringBuilder row = new StringBuilder(EntryRows.isIntact(rows) ? "intact" : "damaged");
          for (int i = 1; i <= StoredRow.COLUMN_COUNT; i++) {
            row.append(' ').append(rows.getString(i));
          }
          found.add(row.toString());
        }
      }
    } catch (SQLException e) {
      if (!SqliteFailure.isDamaged(e)) {
        throw e;
      }
      found.add("refused: " + e.getMessage());
    }
    return found;
  }
}
