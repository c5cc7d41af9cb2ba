package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.InboxContract;

/// Indexes that contradict the rows, and unreadable pages.
class InboxIndexDamageTest {
  @TempDir private Path folder;
  private final RecordedInboxObserver observer = new RecordedInboxObserver();
  private Instant now = InboxContract.NOW;

  private Path path() {
    return folder.resolve("inbox.db");
  }

  private SqliteInbox open(InboxObserver inboxObserver) throws InboxException {
    InstantSource clock = () -> now;
    return SqliteInbox.open(
        path(), InboxClock.of(clock), 1_000, Duration.ofHours(1), inboxObserver);
  }

  private void append(int from, int to) throws InboxException {
    try (SqliteInbox inbox = open(InboxObserver.NONE)) {
      for (int i = from; i <= to; i++) {
        assertThat(inbox.append(InboxContract.event("evt_" + i))).isEqualTo(Appended.STORED);
      }
    }
  }

  private void sql(String... queries) throws SQLException {
    try (Connection connection = InboxFile.connectTo(path());
        Statement statement = connection.createStatement()) {
      for (String query : queries) {
        statement.execute(query);
      }
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  /// Rows that the work writes are missing from the index.
  private void without(String index, Work work) throws Exception {
    long root;
    String sql;
    try (Connection connection = InboxFile.connectTo(path());
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT rootpage, sql FROM sqlite_master WHERE name = '" + index + "'")) {
      assertThat(row.next()).isTrue();
      root = row.getLong(1);
      sql = row.getString(2).replace("'", "''");
    }
    sql("PRAGMA writable_schema = ON", "DELETE FROM sqlite_master WHERE name = '" + index + "'");
    work.run();
    sql(
        "PRAGMA writable_schema = ON",
        "INSERT INTO sqlite_master VALUES ('index', '%s', 'entry', %d, '%s')"
            .formatted(index, root, sql));
  }

  private void assertIsSound() throws SQLException {
    try (Connection connection = InboxFile.connectTo(path());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA integrity_check")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"waiting", "due", "held"})
  void areRebuiltWhenOneMissesARow(String index) throws Exception {
    append(1, 700);
    without(
        index,
        () -> {
          append(701, 702);
          try (SqliteInbox inbox = open(InboxObserver.NONE)) {
            assertThat(inbox.claim(1_000, Duration.ZERO)).hasSize(702);
            inbox.settle(
                List.of(
                    new Settlement.Refused(701, now.plusSeconds(9), "full", false),
                    new Settlement.Held(702, "a/b")));
          }
        });
    now = now.plusSeconds(10);
    try (SqliteInbox inbox = open(observer)) {
      observer.awaitCheck();
      assertThat(observer.failures).isEmpty();
      assertThat(observer.damaged).isEmpty();
      assertThat(observer.unlisted).containsExactly(index.equals("waiting") ? 2L : 1L);
      Set<String> ids = Set.copyOf(InboxContract.ids(inbox.claim(1_000, Duration.ZERO)));
      assertThat(ids).contains("evt_1", "evt_700", "evt_701").hasSizeBetween(701, 702);
      if (ids.size() == 701) {
        assertThat(InboxContract.ids(inbox.claimHeld("a/b", 10))).containsExactly("evt_702");
      }
      assertThat(inbox.counts().waiting()).isEqualTo(702);
    }
    assertIsSound();
  }

  /// The damaged id is not text, and more rows share it than an id can have copies.
  @Test
  void keepRowsApartThatShareADamagedId() throws Exception {
    append(1, 40);
    without("entry_id", () -> sql("UPDATE entry SET event_id = x'00' WHERE sequence > 10"));
    try (SqliteInbox inbox = open(observer)) {
      observer.awaitCheck();
      assertThat(observer.failures).isEmpty();
      assertThat(observer.damaged).hasSize(30);
      assertThat(inbox.counts().parked()).isEqualTo(30);
      assertThat(inbox.claim(100, Duration.ZERO)).hasSize(10);
    }
    assertIsSound();
  }

  @Test
  void reportDamageBeforeAndAfterAnUnreadablePage() throws Exception {
    append(1, 600);
    sql(
        "PRAGMA ignore_check_constraints = ON",
        "UPDATE entry SET state = 'published' WHERE sequence IN (2, 599)",
        "PRAGMA wal_checkpoint(TRUNCATE)");
    byte[] bytes = Files.readAllBytes(path());
    int page = InboxPageDamageTest.leaf(bytes, "evt_300payout.failed");
    bytes[page] = 77;
    Files.write(path(), bytes);
    try (SqliteInbox inbox = open(observer)) {
      observer.awaitCheck();
      assertThat(observer.damaged).contains(2L, 599L, 300L).hasSizeBetween(20, 120);
      assertThat(observer.failures).hasSize(1);
      assertThat(observer.failures.getFirst()).startsWith("some rows cannot be read: [SQLITE_COR");
      // The indexes cannot be rebuilt without that page, so nothing can be parked.
      assertThat(inbox.faults().damagedEntries()).isEqualTo(observer.damaged.size());
      assertThat(inbox.counts().parked()).isZero();
      assertThat(inbox.claim(1_000, Duration.ZERO)).hasSizeGreaterThan(500);
    }
  }

  /// One bit of a page's header hides existing rows.
  @Test
  void reportWaitingEntriesThatCannotBeFound() throws Exception {
    append(1, 200);
    byte[] bytes = Files.readAllBytes(path());
    int page = InboxPageDamageTest.leaf(bytes, "evt_100payout.failed");
    int cells = ((bytes[page + 3] & 0xff) << 8) | (bytes[page + 4] & 0xff);
    assertThat(cells).isGreaterThan(20);
    bytes[page + 4] = (byte) (cells - 16);
    Files.write(path(), bytes);
    try (SqliteInbox inbox = open(observer)) {
      observer.awaitCheck();
      assertThat(observer.damaged).hasSize(16);
      assertThat(observer.ids).allMatch(id -> id.startsWith("evt_"));
      assertThat(inbox.faults().damagedEntries()).isEqualTo(16);
      assertThat(inbox.claim(1_000, Duration.ZERO)).hasSize(184);
      // A repair does not delete the last trace of them.
      sql("UPDATE entry SET account = 'acct_0' WHERE sequence = 3");
      inbox.settle(List.of(new Settlement.Refused(3, now.plusSeconds(5), "full", false)));
      assertThat(observer.damaged).contains(3L);
    }
    InboxRecovery.Report report = InboxRecovery.run(path(), folder.resolve("new.db"));
    assertThat(report.lost()).hasSize(16);
  }

  /// A published entry is not published again because another settlement fails.
  @Test
  void doNotPreventOtherSettlements() throws Exception {
    append(1, 3);
    without("waiting", () -> append(4, 4));
    List<Long> claimed = new ArrayList<>();
    try (SqliteInbox inbox = open(observer)) {
      // Before or after the repair.
      while (!observer.isChecked() || inbox.counts().waiting() > 0) {
        List<Claim> claims = inbox.claim(10, Duration.ofMillis(20));
        claims.forEach(claim -> claimed.add(claim.sequence()));
        inbox.settle(
            claims.stream().map(claim -> new Settlement.Published(claim.sequence())).toList());
      }
    }
    assertThat(claimed).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
    try (SqliteInbox inbox = open(InboxObserver.NONE)) {
      assertThat(inbox.claim(10, Duration.ZERO)).isEmpty();
    }
    assertIsSound();
  }

  /// On a page, SQLite stops searching at the damaged sequence.
  @Test
  void areReadBehindARowWhoseSequenceIsDamaged() throws Exception {
    append(1, 100);
    byte[] bytes = Files.readAllBytes(path());
    String text = new String(bytes, ISO_8859_1);
    bytes[text.indexOf("waiting", text.indexOf("evt_60payout.failed"))]++;
    int row = text.indexOf("evt_50payout.failed");
    // The sequence is a byte before the record's header, which begins with its own length.
    int number = row - 1;
    while (bytes[number] != 50 || bytes[number + 1] != 19) {
      number--;
      assertThat(row - number).isLessThan(40);
    }
    bytes[number] = 125;
    Files.write(path(), bytes);
    try (SqliteInbox _ = open(observer)) {
      observer.awaitCheck();
      // Rows that SQLite's binary search misses are reported as lost.
      assertThat(observer.damaged).contains(60L, 50L).hasSizeLessThan(20);
    }
  }
}
