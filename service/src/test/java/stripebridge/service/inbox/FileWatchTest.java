package stripebridge.service.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.InboxContract;

/// The file of an open inbox is deleted or replaced.
class FileWatchTest {
  @TempDir Path folder;
  private Path path;
  private SqliteInbox inbox;

  @BeforeEach
  void open() throws Exception {
    path = folder.resolve("inbox.db");
    inbox = open(Duration.ofMinutes(5));
  }

  /// Waits until all connections are in use: SQLite opens the log with the first read.
  private SqliteInbox open(Duration drainMax) throws Exception {
    RecordedInboxObserver observer = new RecordedInboxObserver();
    SqliteInbox opened = open(drainMax, observer);
    observer.awaitCheck();
    return opened;
  }

  private SqliteInbox open(Duration drainMax, InboxObserver observer) throws InboxException {
    return SqliteInbox.open(
        path,
        InboxClock.of(() -> InboxContract.NOW),
        1_000,
        Duration.ofHours(1),
        drainMax,
        observer);
  }

  @AfterEach
  void close() {
    inbox.close();
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-wal", "-shm"})
  void storesNothingMoreAndPublishesWaitingEntries(String suffix) throws Exception {
    inbox.append(InboxContract.event("evt_1"));
    assertThat(inbox.outage()).isEmpty();

    Files.delete(folder.resolve("inbox.db" + suffix));
    await(() -> inbox.outage().isPresent());

    assertThat(inbox.outage().orElseThrow()).contains("was deleted");
    assertThatThrownBy(() -> inbox.append(InboxContract.event("evt_2")))
        .isInstanceOf(InboxException.Unavailable.class)
        .hasMessageContaining("was deleted");
    assertThatThrownBy(() -> inbox.append(InboxContract.event("evt_1")))
        .as("a duplicate must be durable, too")
        .isInstanceOf(InboxException.Unavailable.class);
    assertThatThrownBy(() -> inbox.probe()).hasMessageContaining("was deleted");
    assertThat(inbox.failure()).as("while an entry waits").isEmpty();

    List<Claim> claims = inbox.claim(10, Duration.ZERO);
    assertThat(claims).hasSize(1);
    inbox.settle(List.of(new Settlement.Published(claims.getFirst().sequence())));
    await(() -> inbox.failure().isPresent());
    assertThat(inbox.failure().orElseThrow())
        .hasMessageContaining("was deleted while it was open")
        .hasMessageContaining(
            suffix.isEmpty() ? "all its entries were published" : "0 waiting and 0 parked are in");
  }

  /// No published entry is missing.
  @Test
  void leavesNoMarkThatWouldShowALoss() throws Exception {
    inbox.append(InboxContract.event("evt_1"));
    Files.delete(path);
    await(() -> inbox.outage().isPresent());
    List<Claim> claims = inbox.claim(10, Duration.ZERO);
    inbox.settle(List.of(new Settlement.Published(claims.getFirst().sequence())));
    await(() -> inbox.failure().isPresent());
    inbox.close();
    assertThat(folder.resolve("inbox.db.mark")).doesNotExist();
    inbox = open(Duration.ofMinutes(5));
    assertThat(inbox.faults().losses()).isEmpty();
  }

  /// For instance, an orchestrator replaces the process because it is not ready.
  @Test
  void savesWaitingEntriesWhenItIsClosed() throws Exception {
    inbox.append(InboxContract.event("evt_1"));
    inbox.append(InboxContract.event("evt_2"));
    Files.delete(path);
    await(() -> inbox.outage().isPresent());

    inbox.close();

    assertThat(inbox.failure().orElseThrow())
        .hasMessageContaining("2 waiting and 0 parked are saved");
    Path saved;
    try (Stream<Path> files = Files.list(folder)) {
      saved =
          files
              .filter(file -> file.getFileName().toString().matches("inbox\\.db\\.saved-[0-9TZ-]+"))
              .findFirst()
              .orElseThrow();
    }
    try (SqliteInbox again =
        SqliteInbox.open(
            saved, InboxClock.of(() -> InboxContract.NOW), 1_000, Duration.ofHours(1))) {
      assertThat(InboxContract.ids(again.claim(10, Duration.ZERO)))
          .containsExactly("evt_1", "evt_2");
    }
  }

  /// The open file is the only copy.
  @Test
  void goesOnWhileEntriesCannotBeSaved() throws Exception {
    inbox.close();
    Path below = Files.createDirectory(folder.resolve("below"));
    path = below.resolve("inbox.db");
    inbox = open(Duration.ZERO);
    inbox.append(InboxContract.event("evt_1"));
    try (Stream<Path> files = Files.list(below)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(below);

    await(() -> inbox.outage().orElse("").contains("saved") || inbox.failure().isPresent());

    // They cannot be saved beside the file, but in the temporary directory.
    assertThat(inbox.failure().map(Throwable::getMessage).orElse("1 waiting are saved"))
        .contains("1 waiting")
        .contains("are saved");
  }

  /// SQLite would apply the old file's log to it.
  @Test
  void leavesNoLogToAReplacementFile() throws Exception {
    Path other = folder.resolve("other.db");
    try (SqliteInbox restored =
        SqliteInbox.open(
            other, InboxClock.of(() -> InboxContract.NOW), 1_000, Duration.ofHours(1))) {
      restored.append(InboxContract.event("evt_restored"));
    }
    byte[] before = Files.readAllBytes(other);
    inbox.append(InboxContract.event("evt_1"));
    Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
    await(() -> inbox.outage().isPresent());
    inbox.settle(
        List.of(new Settlement.Published(inbox.claim(1, Duration.ZERO).getFirst().sequence())));
    await(() -> inbox.failure().isPresent());
    inbox.close();

    assertThat(folder.resolve("inbox.db-wal")).doesNotExist();
    assertThat(Files.readAllBytes(path)).isEqualTo(before);
    inbox = open(Duration.ZERO);
    assertThat(inbox.claim(10, Duration.ZERO)).hasSize(1);
  }

  @Test
  void copiesADeletedLogIntoTheFile() throws Exception {
    inbox.close();
    inbox = open(Duration.ZERO);
    inbox.append(InboxContract.event("evt_1"));
    Files.delete(folder.resolve("inbox.db-wal"));
    await(() -> inbox.failure().isPresent());
    assertThat(inbox.failure().orElseThrow())
        .hasMessageContaining("its log (-wal) was deleted while it was open")
        .hasMessageContaining("1 waiting and 0 parked are in the file itself");
    inbox.close();
    inbox = open(Duration.ZERO);
    assertThat(inbox.claim(10, Duration.ZERO)).hasSize(1);
  }

  @Test
  void noticesAReplacementFile() throws Exception {
    Path other = folder.resolve("other.db");
    SqliteInbox.open(other, InboxClock.of(() -> InboxContract.NOW), 1, Duration.ofHours(1)).close();
    Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);

    await(() -> inbox.outage().isPresent());
    assertThat(inbox.outage().orElseThrow()).contains("the file was replaced by another");
  }

  @Test
  void savesEntriesThatAreNotPublishedInTime() throws Exception {
    inbox.close();
    inbox = open(Duration.ZERO);
    for (int i = 0; i < 50; i++) {
      inbox.append(InboxContract.event("evt_" + i));
    }
    Files.delete(path);
    await(() -> inbox.failure().isPresent());

    assertThat(inbox.failure().orElseThrow()).hasMessageContaining("50 waiting and 0 parked");
    Path saved;
    try (Stream<Path> files = Files.list(folder)) {
      saved =
          files
              .filter(file -> file.getFileName().toString().startsWith("inbox.db.saved-"))
              .findFirst()
              .orElseThrow();
    }
    assertThat(Files.getPosixFilePermissions(saved)).hasSize(2);
    try (SqliteInbox next =
        SqliteInbox.open(
            saved, InboxClock.of(() -> InboxContract.NOW), 1_000, Duration.ofHours(1))) {
      assertThat(next.claim(100, Duration.ZERO)).hasSize(50);
    }
  }

  @Test
  void namesTheFileThatChanged() {
    FileWatch.FileIdentity opened =
        new FileWatch.FileIdentity(Optional.of(1), Optional.of(2), Optional.of(3));
    assertThat(opened.lossIn(opened)).isEmpty();
    assertThat(
            opened.lossIn(
                new FileWatch.FileIdentity(Optional.of(9), Optional.of(2), Optional.of(3))))
        .contains("the file was replaced by another");
    assertThat(
            opened.lossIn(
                new FileWatch.FileIdentity(Optional.empty(), Optional.of(2), Optional.empty())))
        .contains("the file was deleted");
    assertThat(
            opened.lossIn(
                new FileWatch.FileIdentity(Optional.of(1), Optional.empty(), Optional.of(3))))
        .contains("its log (-wal) was deleted");
    assertThat(
            opened.lossIn(
                new FileWatch.FileIdentity(Optional.of(1), Optional.of(2), Optional.of(4))))
        .contains("its log's index (-shm) was replaced by another");
  }
}
