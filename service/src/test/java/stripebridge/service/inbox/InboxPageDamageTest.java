package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxAdmin.Answer;
import stripebridge.core.inbox.InboxAdmin.Outcome;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.InboxContract;

/// An unreadable page of entries does not affect other entries.
class InboxPageDamageTest {
  private static final int ENTRIES = 400;
  private static final int PAGE_BYTES = 4_096;

  @TempDir private Path folder;
  private Instant now = InboxContract.NOW;

  private Path path() {
    return folder.resolve("inbox.db");
  }

  private SqliteInbox open() throws InboxException {
    InstantSource clock = () -> now;
    return SqliteInbox.open(path(), InboxClock.of(clock), 1_000, Duration.ofHours(1));
  }

  private interface Settling {
    Settlement of(long sequence);
  }

  /// Fills an inbox with settled entries, and damages one of their pages.
  private void fill(Settling settling) throws Exception {
    try (SqliteInbox inbox = open()) {
      for (int i = 1; i <= ENTRIES; i++) {
        assertThat(inbox.append(InboxContract.event("evt_" + i))).isEqualTo(Appended.STORED);
      }
      List<Claim> claims = inbox.claim(ENTRIES, Duration.ZERO);
      inbox.settle(claims.stream().map(claim -> settling.of(claim.sequence())).toList());
    }
    byte[] bytes = Files.readAllBytes(path());
    int page = leaf(bytes, "evt_20payout.failed");
    bytes[page] = 77;
    Files.write(path(), bytes);
  }

  /// The offset of the page of the table that has the text. Free pages may still have it, too.
  static int leaf(byte[] file, String text) {
    String all = new String(file, ISO_8859_1);
    for (int page = PAGE_BYTES; page < file.length; page += PAGE_BYTES) {
      if (file[page] == 13 && all.substring(page, page + PAGE_BYTES).contains(text)) {
        return page;
      }
    }
    throw new AssertionError("no page has " + text);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void doesNotBlockOtherEntries(boolean areHeld) throws Exception {
    fill(sequence ->
        areHeld
            ? new Settlement.Held(sequence, "a/b")
            : new Settlement.Refused(sequence, now.plusSeconds(1), "full", false));
    now = now.plusSeconds(2);
    int claimed = 0;
    try (SqliteInbox inbox = open()) {
      List<Claim> claims = claim(inbox, areHeld);
      while (!claims.isEmpty()) {
        claimed += claims.size();
        inbox.settle(
            claims.stream().map(claim -> new Settlement.Published(claim.sequence())).toList());
        claims = claim(inbox, areHeld);
      }
      assertThat(inbox.counts().waiting()).isEqualTo(ENTRIES - claimed);
      assertThat(inbox.faults().damagedEntries()).isPositive();
    }
    assertThat(claimed).isBetween(ENTRIES - 60, ENTRIES - 10);
  }

  private static List<Claim> claim(SqliteInbox inbox, boolean areHeld) throws Exception {
    return areHeld ? inbox.claimHeld("a/b", 10) : inbox.claim(10, Duration.ZERO);
  }

  @Test
  void doesNotBlockRequests() throws Exception {
    fill(sequence -> new Settlement.Parked(sequence, ParkReason.REFUSED, "too large"));
    try (SqliteInbox inbox = open();
        SqliteInboxAdmin admin = SqliteInboxAdmin.open(path(), () -> now)) {
      assertThat(admin.discard("evt_20").outcome()).isEqualTo(Outcome.DAMAGED);
      assertThat(admin.retry("evt_20").outcome()).isEqualTo(Outcome.DAMAGED);
      assertThat(admin.discard("evt_399")).isEqualTo(new Answer(Outcome.DONE, 1));
      Answer all = admin.retryAllParked();
      assertThat(all.outcome()).isEqualTo(Outcome.DONE);
      assertThat(all.count()).isBetween(ENTRIES - 61L, ENTRIES - 11L);
      assertThat(inbox.claim(ENTRIES, Duration.ZERO)).hasSize((int) all.count());
    }
  }

  @Test
  void doesNotKeepOtherIdsFromBeingForgotten() throws Exception {
    fill(Settlement.Published::new);
    now = now.plus(Duration.ofHours(2));
    try (SqliteInbox inbox = open()) {
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      // Not an id on a neighbouring page, which SQLite cannot merge with the damaged one.
      while (inbox.append(InboxContract.event("evt_200")).equals(Appended.DUPLICATE)) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        LockSupport.parkNanos(5_000_000);
      }
    }
  }

  @Test
  void doesNotBlockOthersWhenARowIsDamagedAsWell() throws Exception {
    fill(Settlement.Released::new);
    List<Long> claimed = new ArrayList<>();
    for (int start = 0; start < 3; start++) {
      try (SqliteInbox inbox = open()) {
        List<Claim> claims = inbox.claim(10, Duration.ZERO);
        claims.forEach(claim -> claimed.add(claim.sequence()));
        sql("UPDATE entry SET account = 'acct_0' WHERE sequence = " + claims.get(3).sequence());
        inbox.settle(
            claims.stream().map(claim -> new Settlement.Published(claim.sequence())).toList());
        assertThat(inbox.failure()).isEmpty();
      }
    }
    // At each start, only the entry that could not be settled comes again.
    assertThat(claimed.stream().distinct().count()).isGreaterThanOrEqualTo(claimed.size() - 3);
  }

  private void sql(String query) throws SQLException {
    try (Connection connection = InboxFile.connectTo(path());
        Statement statement = connection.createStatement()) {
      statement.execute(query);
    }
  }

  @Test
  void endsTheProcessWhenNothingCanBeStored() throws Exception {
    try (SqliteInbox inbox = open()) {
      for (int i = 1; i <= 200; i++) {
        inbox.append(InboxContract.event("evt_" + i));
      }
    }
    byte[] bytes = Files.readAllBytes(path());
    // Damages each page of the index of ids, which has ids but no types.
    String text = new String(bytes, ISO_8859_1);
    for (int page = PAGE_BYTES; page < bytes.length; page += PAGE_BYTES) {
      boolean isOfIds =
          bytes[page] == 10
              && text.substring(page, page + PAGE_BYTES).contains("evt_")
              && !text.substring(page, page + PAGE_BYTES).contains("payout");
      bytes[page] = isOfIds ? 77 : bytes[page];
    }
    Files.write(path(), bytes);
    try (SqliteInbox inbox = open()) {
      for (int i = 0; i < 10 && inbox.failure().isEmpty(); i++) {
        try {
          inbox.append(InboxContract.event("evt_new" + i));
        } catch (InboxException e) {
          assertThat(e).hasMessageContaining("SQLITE_CORRUPT");
        }
      }
      assertThat(inbox.failure()).isPresent();
    }
  }
}
