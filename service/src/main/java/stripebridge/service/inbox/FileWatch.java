package stripebridge.service.inbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.InboxException;

/// A thread that looks four times a second whether the open file is still the one that has its
/// name. When it is not, nothing more may be stored; what waits is published as long as the broker
/// takes it, and what is left then is saved into a file of its own. Then the inbox has failed.
final class FileWatch implements AutoCloseable {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);
  private static final Duration SAVE_INTERVAL = Duration.ofSeconds(2);

  /// Half a minute, as long as a stop may take: it is in no file that another process could open.
  static final Duration DRAIN_MAX = Duration.ofSeconds(30);

  private final Path path;
  private final FileIdentity opened;
  private final LongSupplier waiting;
  private final Saving saving;
  private final Duration drainMax;
  private final Thread thread;
  private volatile boolean isClosed;
  private volatile @Nullable String lost;
  private volatile @Nullable Throwable failure;

  /// Keeps what is left.
  @FunctionalInterface
  interface Saving {
    /// Does so, and says what became of it.
    ///
    /// @param hasName whether the database itself still has its name
    ///
    /// @throws IOException when it cannot be kept, as also SQLException
    String save(boolean hasName) throws IOException, SQLException;
  }

  /// @param path with its database, log and index open
  /// @param database what the file was when it was opened, which may be a migration ago
  /// @param waiting how many entries are not published
  FileWatch(Path path, Object database, LongSupplier waiting, Saving saving, Duration drainMax)
      throws IOException {
    this.path = path;
    FileIdentity now = FileIdentity.of(path);
    this.opened = new FileIdentity(Optional.of(database), now.log(), now.index());
    this.waiting = waiting;
    this.saving = saving;
    this.drainMax = drainMax;
    thread = Thread.ofVirtual().name("inbox-watch").start(this::run);
  }

  /// What became of the file; absent as long as it is there.
  Optional<String> lost() {
    return Optional.ofNullable(lost);
  }

  /// Why the process has to end; absent until what waits is published or saved.
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  private void run() {
    try {
      watch();
    } catch (Throwable e) {
      // Without a watch nobody would end what answers into nothing.
      failure = e;
    }
  }

  private void watch() {
    boolean wasLost = false;
    while (!isClosed && lost == null) {
      // Twice: a directory that somebody works on may be unlike itself for a moment.
      String seen = look();
      lost = wasLost ? seen : null;
      wasLost = seen != null;
      if (lost == null) {
        LockSupport.parkNanos(LOOK_INTERVAL.toNanos());
      }
    }
    String what = lost;
    if (what == null) {
      return;
    }
    long until = System.nanoTime() + drainMax.toNanos();
    while (!isClosed && waiting.getAsLong() > 0 && System.nanoTime() - until < 0) {
      LockSupport.parkNanos(LOOK_INTERVAL.toNanos());
    }
    String saved = saved(what);
    failure =
        new InboxException.Unavailable(
            "the inbox '" + path + "' is lost: " + what + " while it was open; " + saved,
            "find out who took it; a new start makes a new inbox where there is none",
            null);
  }

  /// Saves what is left. The open file is the only copy: as long as it cannot be saved the process
  /// goes on publishing from it, until it is told to end.
  private String saved(String what) {
    while (true) {
      boolean isLastTry = isClosed;
      try {
        return saving.save(hasName());
      } catch (IOException | SQLException e) {
        String why = waiting.getAsLong() + " waiting could not be saved: " + e.getMessage();
        if (isLastTry) {
          return why;
        }
        lost = what + "; " + why;
        LockSupport.parkNanos(SAVE_INTERVAL.toNanos());
      }
    }
  }

  private @Nullable String look() {
    try {
      return opened.lostAs(FileIdentity.of(path)).orElse(null);
    } catch (IOException _) {
      return null; // It can be seen again, or it is gone.
    }
  }

  private boolean hasName() {
    try {
      return FileIdentity.of(path).database().equals(opened.database());
    } catch (IOException _) {
      return false;
    }
  }

  /// Takes the log out of the way of another database that has the name now: SQLite would apply it
  /// to that one.
  ///
  /// @throws IOException when it is still there
  void removeLog() throws IOException {
    FileIdentity now = FileIdentity.of(path);
    if (now.log().isPresent() && now.log().equals(opened.log())) {
      Files.deleteIfExists(Ownership.sibling(path, "-wal"));
    }
    if (now.index().isPresent() && now.index().equals(opened.index())) {
      Files.deleteIfExists(Ownership.sibling(path, "-shm"));
    }
  }

  /// Ends the watch. What is left of a lost file is saved before this returns.
  @Override
  public void close() {
    isClosed = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
