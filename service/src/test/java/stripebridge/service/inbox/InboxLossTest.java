package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
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

/// What was answered and is not in the file any more is told.
class InboxLossTest {
  private static final Instant NOW = InboxContract.NOW;
  private static final int BEFORE = 30;
  private static final int ALL = 70;

  @TempDir private Path folder;
  private Path path;
  private volatile Instant now = NOW;
  private byte[] log = new byte[0];
  private RecordedInboxObserver observer = new RecordedInboxObserver();

  /// An inbox of 70 events, the last 40 of which are in its log only; then its process is killed.
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
    // What follows is as the kill left it, but for the mark, which is from the last second.
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
  void isNoneWhenTheLogIsWhole() throws Exception {
    Files.write(beside("-wal"), log);
    try (SqliteInbox inbox = open()) {
      assertThat(inbox.claim(1_000, Duration.ZERO)).hasSize(ALL);
      assertThat(inbox.faults()).isEqualTo(InboxFaults.NONE);
    }
    assertThat(observer.missing).isEmpty();
    assertThat(observer.failures).isEmpty();
  }

  @Test
  void isToldWhenTheLogWasDeleted() throws Exception {
    try (SqliteInbox inbox = open()) {
      assertThat(observer.missing).containsExactly(loss(BEFORE + 1, ALL));
      assertThat(observer.missing.getFirst().events()).isEqualTo(40);
      assertThat(inbox.faults().losses()).isEqualTo(observer.missing);
      assertThat(inbox.claim(1_000, Duration.ZERO)).hasSize(BEFORE);

      // New ones are taken meanwhile, the lost ones too, and have sequences of their own.
      append(inbox, ALL - 1, ALL + 1);
      assertThat(inbox.claim(1_000, Duration.ZERO))
          .extracting(Claim::sequence)
          .containsExactly(ALL + 1L, ALL + 2L, ALL + 3L);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.25, 0.5, 0.9})
  void isToldWhenTheLogIsCutOff(double kept) throws Exception {
    Files.write(beside("-wal"), Arrays.copyOf(log, (int) (log.length * kept)));
    tellsWhatIsMissing();
  }

  @Test
  void isToldWhenTheLogIsDamaged() throws Exception {
    byte[] damaged = log.clone();
    damaged[damaged.length / 2] ^= 1;
    Files.write(beside("-wal"), damaged);
    tellsWhatIsMissing();
  }

  private void tellsWhatIsMissing() throws Exception {
    try (SqliteInbox inbox = open()) {
      int left = inbox.claim(1_000, Duration.ZERO).size();
      assertThat(left).isBetween(BEFORE, ALL - 1);
      assertThat(observer.missing).containsExactly(loss(left + 1L, ALL));
    }
  }

  @Test
  void isToldOfAnOlderCopyOfTheFile() throws Exception {
    // All of what is left is settled and forgotten; the copy has it still.
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
  void isToldAtEachStartUntilItIsAcknowledged() throws Exception {
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
    try (SqliteMoveEndpoint end = SqliteMoveEndpoint.open(path)) {
      assertThat(end.first(1_000)).hasSize(BEFORE);
    }
    try (SqliteInboxAdmin admin = SqliteInboxAdmin.open(path, () -> now)) {
      assertThat(admin.losses()).containsExactly(loss(BEFORE + 1, ALL));
    }
  }

  @Test
  void cannotBeToldByATornMark() throws Exception {
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
              "cannot tell whether events are missing: the mark beside the inbox: it is torn or"
                  + " damaged");
    }
  }

  private static byte[] flipped(byte[] mark) {
    byte[] flipped = mark.clone();
    // A digit of the sequence.
    flipped["stripebridge-mark 1 ".length() + 36 + 10] ^= 1;
    return flipped;
  }

  @Test
  void isToldWhenAnotherInboxHasTakenItsPlace() throws Exception {
    Files.delete(path);
    open().close();
    assertThat(observer.missing).hasSize(1);
    assertThat(observer.missing.getFirst().firstSequence()).isOne();
    assertThat(observer.missing.getFirst().lastSequence()).isEqualTo(70);
    assertThat(observer.failures)
        .containsExactly(
            "the mark beside the inbox is of another one, with 70 events, last written at"
                + " 2026-07-01T12:00:05Z: whatever waited in that one is not in this one");
    assertThat(observer.missing.getFirst().after()).isEmpty();
    // By a command that has no mark of its own, too.
    for (int i = 0; i < 3; i++) {
      InboxFile.open(path, "test", Duration.ZERO).close();
    }
    observer = new RecordedInboxObserver();
    try (SqliteInbox inbox = open()) {
      // Until somebody acknowledges it.
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
  void isBoundedByASecondOfWhatWasAnswered() throws Exception {
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
  void isToldOnlyOfWhatWasAnswered() throws Exception {
    Files.write(beside("-wal"), log);
    try (SqliteInbox inbox = open()) {
      // Sequences of what could not be stored are not missed.
      try (var limit = inbox.writing().createStatement()) {
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
