package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxAdmin.Answer;
import stripebridge.core.inbox.InboxAdmin.Outcome;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.InboxFaults;
import stripebridge.core.inbox.InboxLoss;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.InboxContract;

/// Acknowledged events that are missing from the file are reported.
class InboxLossTest {
  private static final Instant NOW = InboxContract.NOW;
  private static final int BEFORE = 30;
  private static final int ALL = 70;

  @TempDir private Path folder;
  private Path path;
  private volatile Instant now = NOW;
  private byte[] log = new byte[0];
  private RecordedInboxObserver observer = new RecordedInboxObserver();

  /// An inbox of 70 events. The last 40 are only in the log when its process is killed.
  @BeforeEach
  void kill() throws Exception {
    path = folder.resolve("inbox.db");
    try (SqliteInbox inbox = open()) {
      append(inbox, 1, BEFORE);
    }
    now = NOW.plusSeconds(5);
    byte[] file;
    try (SqliteInbox inbox = open()) {
      append(inbox, BEFORE + 1, ALL);
      file = Files.readAllBytes(path);
      log = Files.readAllBytes(beside("-wal"));
    }
    // The files are as a kill leaves them, except that the mark is newer.
    Files.write(path, file);
    assertThat(log).hasSizeGreaterThan(40 * 4_096);
    observer = new RecordedInboxObserver();
  }

  private Path beside(String suffix) {
    return path.resolveSibling(path.getFileName() + suffix);
  }

  private SqliteInbox open() throws InboxException {
    InstantSource clock = () -> now;
    return SqliteInbox.open(path, InboxClock.of(clock), 1_000, Duration.ofHours(1), observer);
  }

  private static void append(SqliteInbox inbox, int from, int to) throws InboxException {
    for (int i = from; i <= to; i++) {
      assertThat(inbox.append(InboxContract.event("evt_" + i))).isEqualTo(Appended.STORED);
    }
  }

  private static InboxLoss loss(long first, long last) {
    return new InboxLoss(first, last, Optional.of(NOW), NOW.plusSeconds(5));
  }

  @Test
  void isAbsentWhenTheLogIsWhole() throws Exception {
    Files.write(beside("-wal"), log);
    try (SqliteInbox inbox = open()) {
      assertThat(inbox.claim(1_000, Duration.ZERO)).hasSize(ALL);
      assertThat(inbox.faults()).isEqualTo(InboxFaults.NONE);
    }
    assertThat(observer.missing).isEmpty();
    assertThat(observer.failures).isEmpty();
  }

  @Test
  void isReportedWhenTheLogWasDeleted() throws Exception {
    try (SqliteInbox inbox = open()) {
      assertThat(observer.missing).containsExactly(loss(BEFORE + 1, ALL));
      assertThat(observer.missing.getFirst().events()).isEqualTo(40);
      assertThat(inbox.faults().losses()).isEqualTo(observer.missing);
      assertThat(inbox.claim(1_000, Duration.ZERO)).hasSize(BEFORE);

      // New events are stored meanwhile, and lost ones again, with new sequences.
      append(inbox, ALL - 1, ALL + 1);
      assertThat(inbox.claim(1_000, Duration.ZERO))
          .extracting(Claim::sequence)
          .containsExactly(ALL + 1L, ALL + 2L, ALL + 3L);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.25, 0.5, 0.9})
  void isReportedWhenTheLogIsCutOff(double kept) throws Exception {
    Files.write(beside("-wal"), Arrays.copyOf(log, (int) (log.length * kept)));
    assertMissingIsReported();
  }

  @Test
  void isReportedWhenTheLogIsDamaged() throws Exception {
    byte[] damaged = log.clone();
    damaged[damaged.length / 2] ^= 1;
    Files.write(beside("-wal"), damaged);
    assertMissingIsReported();
  }

  private void assertMissingIsReported() throws Exception {
    try (SqliteInbox inbox = open()) {
      int left = inbox.claim(1_000, Duration.ZERO).size();
      assertThat(left).isBetween(BEFORE, ALL - 1);
      assertThat(observer.missing).containsExactly(loss(left + 1L, ALL));
    }
  }

  @Test
  void isReportedForAnOlderCopyOfTheFile() throws Exception {
    // All entries are settled and forgotten; the copy still has them.
    byte[] copy = Files.readAllBytes(path);
    Files.write(beside("-wal"), log);
    try (SqliteInbox inbox = open()) {
      inbox.settle(
          inbox.claim(1_000, Duration.ZERO).stream()
              .map(claim -> new Settlement.Published(claim.sequence()))
              .toList());
      append(inbox, ALL + 1, ALL + 1);
    }
    Files.write(path, copy);
    observer = new RecordedInboxObserver();
    try (SqliteInbox inbox = open()) {
      assertThat(observer.missing).containsExactly(loss(BEFORE + 1, ALL + 1));
      assertThat(inbox.counts().waiting()).isEqualTo(BEFORE);
    }
  }

  @Test
  void isReportedAtEachStartUntilItIsAcknowledged() throws Exception {
    open().close();
    observer = new RecordedInboxObserver();
    try (SqliteInbox inbox = open();
        SqliteInboxAdmin admin = SqliteInboxAdmin.open(path, () -> now)) {
      assertThat(observer.missing).containsExactly(loss(BEFORE + 1, ALL));
      assertThat(admin.losses()).containsExactly(loss(BEFORE + 1, ALL));

      assertThat(admin.acknowledgeLoss()).isEqualTo(new Answer(Outcome.DONE, 1));

      assertThat(admin.losses()).isEmpty();
      assertThat(inbox.faults()).isEqualTo(InboxFaults.NONE);
      assertThat(admin.acknowledgeLoss().outcome()).isEqualTo(Outcome.NOT_APPLICABLE);
    }
    observer = new RecordedInboxObserver();
    open().close();
    assertThat(observer.missing).isEmpty();
  }

  @Test
  void isAcknowledgedWithoutAService() throws Exception {
    open().close();
    try (SqliteInboxAdmin admin = SqliteInboxAdmin.open(path, () -> now)) {
      assertThat(admin.acknowledgeLoss()).isEqualTo(new Answer(Outcome.DONE, 1));
    }
    observer = new RecordedInboxObserver();
    try (SqliteInbox inbox = open()) {
      assertThat(inbox.faults()).isEqualTo(InboxFaults.NONE);
    }
    assertThat(observer.missing).isEmpty();
  }

  @Test
  void isFoundByAMoveToo() throws Exception {
    try (SqliteMoveEndpoint source = SqliteMoveEndpoint.open(path)) {
      assertThat(source.first(1_000)).hasSize(BEFORE);
    }
    try (SqliteInboxAdmin admin = SqliteInboxAdmin.open(path, () -> now)) {
      assertThat(admin.losses()).containsExactly(loss(BEFORE + 1, ALL));
    }
  }

  @Test
  void cannotBeFoundWithATornMark() throws Exception {
    byte[] mark = Files.readAllBytes(beside(".mark"));
    for (byte[] torn :
        List.of(
            new byte[0], Arrays.copyOf(mark, mark.length - 9), new byte[4_096], flipped(mark))) {
      Files.write(beside(".mark"), torn);
      observer = new RecordedInboxObserver();
      open().close();
      assertThat(observer.missing).isEmpty();
      assertThat(observer.failures)
          .containsExactly(
              "cannot find out whether events are missing from the mark beside the inbox: it is"
                  + " torn or damaged");
    }
  }

  private static byte[] flipped(byte[] mark) {
    byte[] flipped = mark.clone();
    // A digit of the sequence.
    flipped["stripebridge-mark 1 ".length() + 36 + 10] ^= 1;
    return flipped;
  }

  @Test
  void isReportedWhenAnotherInboxHasTakenItsPlace() throws Exception {
    Files.delete(path);
    open().close();
    assertThat(observer.missing).hasSize(1);
    assertThat(observer.missing.getFirst().firstSequence()).isOne();
    assertThat(observer.missing.getFirst().lastSequence()).isEqualTo(70);
    assertThat(observer.failures)
        .containsExactly(
            "the mark beside the inbox belongs to another inbox, with 70 events, last written at"
                + " 2026-07-01T12:00:05Z: events that waited there are not in this inbox");
    assertThat(observer.missing.getFirst().after()).isEmpty();
    // Also by a command, which keeps no mark.
    for (int i = 0; i < 3; i++) {
      InboxFile.open(path, "test", Duration.ZERO).close();
    }
    observer = new RecordedInboxObserver();
    try (SqliteInbox inbox = open()) {
      // Until an operator acknowledges it.
      assertThat(observer.missing).hasSize(1);
      assertThat(observer.failures).isEmpty();
      assertThat(inbox.faults().losses()).hasSize(1);
      append(inbox, 1, 3);
    }
    try (Connection connection = InboxFile.connectTo(path)) {
      assertThat(Statements.number(connection, "SELECT min(sequence) FROM entry")).isEqualTo(71);
    }
  }

  @Test
  void missesAtMostTheLastSecond() throws Exception {
    Files.write(beside("-wal"), log);
    try (SqliteInbox inbox = open()) {
      append(inbox, ALL + 1, ALL + 3);
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (!new String(Files.readAllBytes(beside(".mark")), US_ASCII).contains("0073 ")) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        LockSupport.parkNanos(5_000_000);
      }
    }
  }

  @Test
  void isReportedOnlyForAcknowledgedEvents() throws Exception {
    Files.write(beside("-wal"), log);
    try (SqliteInbox inbox = open()) {
      // The sequence of an event that could not be stored is not missing.
      try (Statement limit = inbox.writing().createStatement()) {
        limit.execute("PRAGMA max_page_count = 1");
        int stored = 0;
        try {
          for (; stored < 10_000; stored++) {
            append(inbox, 1_000 + stored, 1_000 + stored);
          }
          throw new AssertionError("the limit was never met");
        } catch (InboxException.Unavailable e) {
          assertThat(e).hasMessageContaining("full");
        }
      }
    }
    observer = new RecordedInboxObserver();
    open().close();
    assertThat(observer.missing).isEmpty();
  }
}
