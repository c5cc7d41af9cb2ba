package stripebridge.service.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.InboxContract;
import stripebridge.core.testing.Operator;

class SqliteInboxTest extends InboxContract {
  @TempDir private Path folder;

  private Path path() {
    return folder.resolve("inbox.db");
  }

  @Override
  protected Inbox open(int waitingMax) throws Exception {
    InstantSource clock = () -> now;
    return SqliteInbox.open(path(), InboxClock.of(clock), waitingMax, ID_MEMORY);
  }

  @Override
  protected Operator operator() throws Exception {
    return Operator.of(SqliteInboxAdmin.open(path(), () -> now));
  }

  /// Runs SQL on its own connection, like any SQLite tool.
  private String sql(String query) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path());
        Statement statement = connection.createStatement()) {
      if (!statement.execute(query)) {
        return "";
      }
      try (ResultSet rows = statement.getResultSet()) {
        return rows.next() ? String.valueOf(rows.getString(1)) : "";
      }
    }
  }

  @Test
  void writesThroughToTheDisk() throws Exception {
    try (Statement statement = ((SqliteInbox) inbox).writing().createStatement();
        ResultSet mode = statement.executeQuery("PRAGMA journal_mode")) {
      assertThat(mode.getString(1)).isEqualTo("wal");
    }
    try (Statement statement = ((SqliteInbox) inbox).writing().createStatement();
        ResultSet synchronous = statement.executeQuery("PRAGMA synchronous")) {
      assertThat(synchronous.getInt(1)).as("FULL").isEqualTo(2);
    }
  }

  @Test
  void isReadableByItsUserOnly() throws Exception {
    assertThat(Files.getPosixFilePermissions(path()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void canBeReadByOthersWhileItIsOpen() throws Exception {
    append("evt_1");
    assertThat(sql("SELECT event_id FROM entry WHERE state = 'waiting'")).isEqualTo("evt_1");
  }

  @Test
  void hasOneOwner() {
    assertThatThrownBy(() -> open(1))
        .isInstanceOf(InboxException.Unusable.class)
        .hasMessageContaining("this process has it");
  }

  @Test
  void triesAtOnceAnEntryWithADateOfAnotherClock() throws Exception {
    append("evt_1");
    inbox.settle(
        List.of(
            new Settlement.Refused(
                claim().getFirst().sequence(), NOW.plusSeconds(30), "full", false)));
    now = NOW.minusSeconds(30);
    reopen();
    assertThat(claim()).as("as far ahead as a backoff may be").isEmpty();
    now = NOW.minusSeconds(31);
    reopen();
    assertThat(ids(claim())).containsExactly("evt_1");
  }

  @Test
  void dropsTheBodyOfAPublishedEntry() throws Exception {
    append("evt_1");
    inbox.settle(List.of(new Settlement.Published(claim().getFirst().sequence())));
    assertThat(sql("SELECT body IS NULL FROM entry")).isEqualTo("1");
  }

  @Test
  void forgetsAnIdAfterItsTime() throws Exception {
    append("evt_1");
    inbox.settle(List.of(new Settlement.Published(claim().getFirst().sequence())));
    now = NOW.plus(ID_MEMORY).plusSeconds(1);

    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (inbox.append(event("evt_1")).equals(Appended.DUPLICATE)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }

  @Test
  void shrinksTheFileWhenItForgetsIds() throws Exception {
    for (int i = 0; i < 2_000; i++) {
      append("evt_" + i);
    }
    inbox.settle(
        inbox.claim(2_000, Duration.ZERO).stream()
            .map(claim -> new Settlement.Published(claim.sequence()))
            .toList());
    long pages = Long.parseLong(sql("PRAGMA page_count"));
    now = NOW.plus(ID_MEMORY).plusSeconds(1);

    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (Long.parseLong(sql("PRAGMA page_count")) > pages / 4) {
      assertThat(System.nanoTime()).as(sql("PRAGMA freelist_count")).isLessThan(deadline);
      LockSupport.parkNanos(50_000_000);
    }
  }

  @Test
  void readsTheFileWhenItFallsBehindAndCatchesUp() throws Exception {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      append("evt_" + i);
      expected.add("evt_" + i);
    }
    List<String> seen = new ArrayList<>();
    for (List<Claim> claims = claim(); !claims.isEmpty(); claims = claim()) {
      seen.addAll(ids(claims));
    }
    append("evt_later");
    seen.addAll(ids(claim()));
    expected.add("evt_later");
    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void reportsADamagedEntryWhenItIsClaimed() throws Exception {
    append("evt_1", "evt_2");
    inbox.close();
    sql("UPDATE entry SET body = CAST('{}' AS BLOB) WHERE event_id = 'evt_1'");
    inbox = open(WAITING_MAX);

    List<Claim> claims = claim();
    assertThat(claims.getFirst())
        .isInstanceOfSatisfying(
            Claim.Damaged.class, damaged -> assertThat(damaged.eventId()).isEqualTo("evt_1"));
    assertThat(claims.getLast()).isInstanceOf(Claim.Intact.class);
  }

  @Test
  void refusesAnotherFileAndLeavesItAlone() throws Exception {
    inbox.close();
    Files.writeString(path(), "another program's file ".repeat(100));
    byte[] before = Files.readAllBytes(path());

    assertThatThrownBy(() -> open(1))
        .isInstanceOf(InboxException.Unusable.class)
        .hasMessageContaining("it is not an inbox, or was overwritten");
    assertThat(Files.readAllBytes(path())).isEqualTo(before);
    Files.delete(path());
    inbox = open(1);
  }

  @Test
  void refusesAFileThatIsCutOffAndLeavesItAlone() throws Exception {
    for (int i = 0; i < 100; i++) {
      append("evt_" + i);
    }
    inbox.close();
    byte[] whole = Files.readAllBytes(path());
    Files.write(path(), Arrays.copyOf(whole, whole.length / 2));
    byte[] before = Files.readAllBytes(path());

    assertThatThrownBy(() -> open(1))
        .isInstanceOf(InboxException.Unusable.class)
        .hasMessageContaining("it is cut off at");
    assertThat(Files.readAllBytes(path())).isEqualTo(before);
    Files.write(path(), whole);
    inbox = open(1);
  }

  @Test
  void refusesANewerVersionAndLeavesItAlone() throws Exception {
    inbox.close();
    sql("PRAGMA user_version = 3");
    byte[] before = Files.readAllBytes(path());

    assertThatThrownBy(() -> open(1))
        .isInstanceOf(InboxException.Unusable.class)
        .hasMessageContaining("it has version 3, and this stripebridge knows 2");
    assertThat(Files.readAllBytes(path())).isEqualTo(before);
    sql("PRAGMA user_version = 2");
    inbox = open(1);
  }

  @Test
  void storesNothingOnAFullDiskAndGoesOnWhenItHasRoom() throws Exception {
    append("evt_1");
    // SQLite's own limit stands in for a full disk: it fails in the same way.
    limitPages(0);
    int stored = 0;
    try {
      for (; stored < 10_000; stored++) {
        append("evt_full_" + stored);
      }
      throw new AssertionError("the limit was never met");
    } catch (InboxException.Unavailable e) {
      assertThat(e).hasMessageContaining("full");
    }
    assertThat(inbox.append(event("evt_1"))).isEqualTo(Appended.DUPLICATE);

    limitPages(1_000_000);
    append("evt_full_" + stored);
    assertThat(inbox.counts().waiting()).isEqualTo(stored + 2L);
  }

  /// Sets the limit of the writer's own connection.
  ///
  /// @param pages 0 for two more than the file has
  private void limitPages(int pages) throws Exception {
    try (Statement statement = ((SqliteInbox) inbox).writing().createStatement();
        ResultSet count = statement.executeQuery("PRAGMA page_count")) {
      int limit = pages == 0 ? count.getInt(1) + 2 : pages;
      try (Statement set = ((SqliteInbox) inbox).writing().createStatement()) {
        set.execute("PRAGMA max_page_count = " + limit);
      }
    }
  }
}
