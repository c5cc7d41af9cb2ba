package stripebridge.service.inbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.InboxException;

/// Checks four times a second, on its own thread, that the file's name still leads to the open
/// file. If it does not, no more events may be stored. Waiting entries are published while the
/// broker accepts them, the rest is saved into another file, and the inbox has failed.
final class FileWatch implements AutoCloseable {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);
  private static final Duration SAVE_INTERVAL = Duration.ofSeconds(2);

  /// As long as a stop may take: meanwhile, the entries are in no file that another process can
  /// open.
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

  /// Saves the remaining entries of a lost file.
  @FunctionalInterface
  interface Saving {
    /// Saves them.
    ///
    /// @param hasName whether the database itself still has its name
    /// @return what was saved, for a message
    /// @throws IOException when the entries cannot be saved, like SQLException
    String save(boolean hasName) throws IOException, SQLException;
  }

  /// What the names of an inbox lead to: the database, its log and the log's index. SQLite keeps
  /// them open whatever happens to their names, and a process that opens the name later does not
  /// see what SQLite writes.
  ///
  /// @param database its device and inode, like the others; absent when the file is missing
  record FileIdentity(Optional<Object> database, Optional<Object> log, Optional<Object> index) {
    /// Reads the attributes of the files, without opening them.
    ///
    /// @throws IOException when the attributes cannot be read, which does not mean a loss
    static FileIdentity of(Path file) throws IOException {
      return new FileIdentity(
          key(file), key(Ownership.sibling(file, "-wal")), key(Ownership.sibling(file, "-shm")));
    }

    private static Optional<Object> key(Path file) throws IOException {
      try {
        return Optional.of(Ownership.fileKey(file));
      } catch (NoSuchFileException _) {
        // Only this exception means that the file is gone; an unreadable directory does not.
        return Optional.empty();
      }
    }

    /// What happened to the files that were opened as this one; absent while they are the same.
    Optional<String> lossIn(FileIdentity now) {
      if (!now.database.equals(database)) {
        return Optional.of("the file was " + fate(now.database));
      }
      if (!now.log.equals(log)) {
        return Optional.of("its log (-wal) was " + fate(now.log));
      }
      if (!now.index.equals(index)) {
        return Optional.of("its log's index (-shm) was " + fate(now.index));
      }
      return Optional.empty();
    }

    private static String fate(Optional<Object> now) {
      return now.isPresent() ? "replaced by another" : "deleted";
    }
  }

  /// @param path of a database that is open, with its log and index
  /// @param database the key of the file when it was opened, which may be before a long migration
  /// @param waiting counts the entries that are not published
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

  /// What happened to the file; absent while it has its name.
  Optional<String> lost() {
    return Optional.ofNullable(lost);
  }

  /// Why the process has to end; absent until waiting entries are published or saved.
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  private void run() {
    try {
      watch();
    } catch (Throwable e) {
      // Without a watch, the process could go on storing events in a lost file.
      failure = e;
    }
  }

  private void watch() {
    boolean wasLost = false;
    while (!isClosed && lost == null) {
      // Twice in a row: a directory may look different for a moment while it is changed.
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
            "find out what removed it; the next start creates a new inbox if the file is missing",
            null);
  }

  /// Saves the remaining entries. The open file is their only copy: while they cannot be saved, the
  /// process goes on publishing from it, until it is stopped.
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
      return opened.lossIn(FileIdentity.of(path)).orElse(null);
    } catch (IOException _) {
      return null; // Not a loss; the next look decides.
    }
  }

  private boolean hasName() {
    try {
      return FileIdentity.of(path).database().equals(opened.database());
    } catch (IOException _) {
      return false;
    }
  }

  /// Deletes the log: SQLite would apply it to another database that has the name now.
  ///
  /// @throws IOException when the log cannot be deleted
  void removeLog() throws IOException {
    FileIdentity now = FileIdentity.of(path);
    if (now.log().isPresent() && now.log().equals(opened.log())) {
      Files.deleteIfExists(Ownership.sibling(path, "-wal"));
    }
    if (now.index().isPresent() && now.index().equals(opened.index())) {
      Files.deleteIfExists(Ownership.sibling(path, "-shm"));
    }
  }

  /// Ends the watch. Before this returns, the remaining entries of a lost file are saved.
  @Override
  public void close() {
    isClosed = true;
    LockSupport.unpark(thread);
    Threads.joinUninterruptibly(thread);
  }
}
