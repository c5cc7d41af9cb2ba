package stripebridge.service.inbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    String save(boolean hasName);
  }

  /// @param path with its database, log and index open
  /// @param waiting how many entries are not published
  FileWatch(Path path, LongSupplier waiting, Saving saving, Duration drainMax) throws IOException {
    this.path = path;
    this.opened = FileIdentity.of(path);
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
    while (!isClosed && lost == null) {
      lost = look();
      LockSupport.parkNanos(LOOK_INTERVAL.toNanos());
    }
    long until = System.nanoTime() + drainMax.toNanos();
    while (!isClosed && waiting.getAsLong() > 0 && System.nanoTime() - until < 0) {
      LockSupport.parkNanos(LOOK_INTERVAL.toNanos());
    }
    String what = lost;
    if (!isClosed && what != null) {
      String saved = saving.save(hasName());
      failure =
          new InboxException.Unavailable(
              "the inbox '" + path + "' is lost: " + what + " while it was open; " + saved,
              "find out who took it; a new start makes a new inbox where there is none",
              null);
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
      Files.deleteIfExists(Ownership.beside(path, "-wal"));
    }
    if (now.index().isPresent() && now.index().equals(opened.index())) {
      Files.deleteIfExists(Ownership.beside(path, "-shm"));
    }
  }

  @Override
  public void close() {
    isClosed = true;
    LockSupport.unpark(thread);
  }
}
