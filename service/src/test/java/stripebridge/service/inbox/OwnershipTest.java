package stripebridge.service.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.InboxAdmin.Outcome;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.testing.InboxContract;

/// Which process may own a file. A lock of another descriptor stands in for another process: the
/// kernel treats both alike.
class OwnershipTest {
  private static final long LOCKED_BYTE = 1L << 62;

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void file() {
    assumeTrue(Posix.isHere(), "this system has no locks of a descriptor");
    path = folder.resolve("inbox.db");
  }

  private SqliteInbox open(Path name) throws InboxException {
    return SqliteInbox.open(
        name, InboxClock.of(() -> InboxContract.NOW), 1_000, Duration.ofHours(1));
  }

  private void makeFile() throws InboxException {
    open(path).close();
  }

  private void assertIsRefused(Path name, String why) {
    assertThatThrownBy(() -> open(name).close())
        .isInstanceOf(InboxException.Unusable.class)
        .hasMessageContaining(why);
  }

  @Test
  void coversTheFileBehindASymbolicLink() throws Exception {
    makeFile();
    Path link = Files.createSymbolicLink(folder.resolve("link.db"), path);
    try (SqliteInbox _ = open(path)) {
      assertIsRefused(link, "has it");
    }
    try (SqliteInbox inbox = open(link)) {
      assertIsRefused(path, "has it");
      inbox.append(InboxContract.event("evt_1"));
    }
    try (SqliteInbox inbox = open(path)) {
      assertThat(inbox.append(InboxContract.event("evt_1"))).isEqualTo(Appended.DUPLICATE);
    }
  }

  @Test
  void coversTheFileBehindALinkThatWasDangling() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link.db"), path.getFileName());
    try (SqliteInbox _ = open(link)) {
      assertIsRefused(path, "has it");
    }
    assertThat(path).isRegularFile();
  }

  @Test
  void isKeptWhenTheLockFileIsDeleted() throws Exception {
    try (SqliteInbox _ = open(path)) {
      Files.delete(folder.resolve("inbox.db.lock"));
      assertIsRefused(path, "has it");
      // Another process does not get it, either.
      int other = Posix.open(path);
      try {
        assertThat(Posix.tryLock(other, LOCKED_BYTE)).isFalse();
      } finally {
        Posix.close(other);
      }
    }
  }

  /// A lock of the process would end here.
  @Test
  void isKeptWhenOtherCodeInTheProcessClosesTheFile() throws Exception {
    try (SqliteInbox inbox = open(path)) {
      inbox.append(InboxContract.event("evt_1"));
      FileChannel.open(path).close();
      int other = Posix.open(path);
      try {
        assertThat(Posix.tryLock(other, LOCKED_BYTE)).isFalse();
      } finally {
        Posix.close(other);
      }
    }
  }

  @Test
  void isRefusedForAFileWithASecondName() throws Exception {
    makeFile();
    Path second = Files.createLink(folder.resolve("second.db"), path);
    assertIsRefused(path, "the file has 2 names (hard links)");
    assertIsRefused(second, "the file has 2 names (hard links)");
    assertThatThrownBy(() -> SqliteInboxAdmin.open(second, () -> InboxContract.NOW).close())
        .hasMessageContaining("the file has 2 names (hard links)");
    Object number = Files.getAttribute(path, "unix:ino");
    assertThatThrownBy(() -> SqliteMoveEndpoint.open(second).close())
        .isInstanceOfSatisfying(
            InboxException.Unusable.class,
            refused -> assertThat(refused.hint()).contains("find DIR -xdev -inum " + number));
    Files.delete(second);
    open(path).close();
  }

  @Test
  void isRefusedWhileAnotherProcessHasTheFileUnderAnotherName() throws Exception {
    makeFile();
    int other = Posix.open(path);
    try {
      assertThat(Posix.tryLock(other, LOCKED_BYTE)).isTrue();
      // There is no log under this name, so the owner writes to another one.
      assertIsRefused(path, "another process has it under another name");
    } finally {
      Posix.close(other);
    }
    open(path).close();
  }

  @Test
  void excludesOlderReleasesByTheLockFile() throws Exception {
    try (SqliteInbox _ = open(path);
        FileChannel lock = openLock()) {
      assertThatThrownBy(lock::tryLock)
          .as("this process's own lock, which others cannot get")
          .isInstanceOf(OverlappingFileLockException.class);
    }
    try (FileChannel lock = openLock();
        FileLock _ = lock.lock()) {
      assertThat(InboxFile.tryOpen(path, "test")).isInstanceOf(InboxFile.Owned.class);
    }
  }

  private FileChannel openLock() throws Exception {
    return FileChannel.open(folder.resolve("inbox.db.lock"), StandardOpenOption.WRITE);
  }

  @Test
  void namesTheOwner() throws Exception {
    makeFile();
    try (FileChannel lock = openLock();
        FileLock _ = lock.lock()) {
      Files.writeString(
          folder.resolve("inbox.db.lock"), "process 7, serve, since 2026-07-01T12:00:00Z\n");
      assertThat(InboxFile.tryOpen(path, "test"))
          .isEqualTo(new InboxFile.Owned("process 7, serve, since 2026-07-01T12:00:00Z"));
    }
    try (SqliteInbox _ = open(path)) {
      assertThat(Files.readString(folder.resolve("inbox.db.lock")))
          .startsWith("process " + ProcessHandle.current().pid() + ", serve, since 20");
    }
  }

  /// An operator's command owns the file for a moment.
  @Test
  void isWaitedForAMoment() throws Exception {
    makeFile();
    try (FileChannel lock = openLock()) {
      FileLock other = lock.lock();
      FutureTask<SqliteInbox> opening = new FutureTask<>(() -> open(path));
      whileItWaits(opening, other::release);
      opening.get().close();
    }
  }

  /// A command waits for another command, which would not carry out a request.
  @Test
  void isTakenByAnOperatorOnceAnotherOneIsDone() throws Exception {
    try (SqliteInbox inbox = open(path)) {
      inbox.append(InboxContract.event("evt_1"));
    }
    try (SqliteInboxAdmin admin = SqliteInboxAdmin.open(path, () -> InboxContract.NOW);
        FileChannel lock = openLock()) {
      FileLock other = lock.lock();
      Files.writeString(
          folder.resolve("inbox.db.lock"), "process 7, inbox retry, since 2026-07-01T12:00:00Z\n");
      FutureTask<Outcome> discarding = new FutureTask<>(() -> admin.discard("evt_1").outcome());
      whileItWaits(discarding, other::release);
      assertThat(discarding.get()).isEqualTo(Outcome.DONE);
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  private static void whileItWaits(FutureTask<?> task, Step step) throws Exception {
    Thread thread = Thread.ofPlatform().start(task);
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
    step.run();
    thread.join();
  }
}
