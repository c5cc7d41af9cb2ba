package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.InboxException;

/// This process's exclusive right to a database file: to the file itself, whatever its name. It
/// ends with the process at the latest.
///
/// Three things keep others out. A byte of the database is locked, beyond those that SQLite locks,
/// through a descriptor that stays open as long as the right lasts. This lock also stops a process
/// that uses a symbolic link, or that starts after the `.lock` file was deleted. The `.lock` files
/// beside the file and beside the given link are locked as older releases do, and name the owner. A
/// file with a second name is refused: SQLite derives the log's name from the file's, so two names
/// would mean two logs.
///
/// SQLite's own locks belong to the process, and end when the process closes any descriptor of the
/// file. So this opens the database only while the process has no connection to it, and closes it
/// after all connections: see `docs/adr/0013-what-the-file-is-is-locked.md`.
final class Ownership implements AutoCloseable {
  static final String OURSELVES = "this process";

  /// Far beyond the bytes that SQLite locks: 512 from 1 GiB on.
  private static final long LOCKED_BYTE = 1L << 62;

  private static final Duration RETRY_INTERVAL = Duration.ofMillis(50);
  private static final Duration STARTING_MAX = Duration.ofSeconds(1);

  private static final int LINKS_MAX = 40;
  private static final int OWNER_BYTES_MAX = 200;

  /// The files that this process owns or is about to own, by path and by file key. Guarded by its
  /// own monitor.
  private static final Set<Object> OURS = new HashSet<>();

  private final Path real;
  private final List<Object> keys = new ArrayList<>();
  private final List<FileChannel> channels = new ArrayList<>();
  private int descriptor = -1;
  private Object identity = "";

  private Ownership(Path real) {
    this.real = real;
  }

  /// The result of [#take].
  sealed interface Result {}

  record Taken(Ownership ownership) implements Result {}

  /// The file has another owner.
  ///
  /// @param owner as far as it is known
  /// @param isByThisName whether the owner uses the same name for the file, as far as can be seen
  record InUse(String owner, boolean isByThisName) implements Result {}

  /// Takes the file unless it has an owner; creates an empty file if it is missing.
  ///
  /// @param purpose shown to others that want the file meanwhile
  /// @throws InboxException.Unusable when the file has a second name
  static Result take(Path given, String purpose) throws IOException, InboxException {
    Path real = resolveLinks(given);
    Ownership taking = new Ownership(real);
    Result result = null;
    try {
      result = taking.take(given, real, purpose);
      return result;
    } finally {
      if (!(result instanceof Taken)) {
        taking.close();
      }
    }
  }

  private Result take(Path given, Path real, String purpose) throws IOException, InboxException {
    // Before any file is opened: closing it again would end locks that this process already has.
    if (!claim(real) || (Files.exists(real) && !claim(fileKey(real)))) {
      return new InUse(OURSELVES, true);
    }
    Path lock = sibling(real, ".lock");
    FileChannel holder = lock(lock);
    if (holder == null) {
      return new InUse(ownerIn(lock), true);
    }
    Path lockOfName = sibling(given.toAbsolutePath().normalize(), ".lock");
    if (!isSame(lock, lockOfName) && !lockForOlderReleases(lockOfName)) {
      return new InUse(ownerIn(lockOfName), true);
    }
    create(real);
    refuseSecondName(real);
    Object key = fileKey(real);
    if (!keys.contains(key) && !claim(key)) {
      return new InUse(OURSELVES, true);
    }
    if (Posix.isHere()) {
      descriptor = Posix.open(real);
      if (!lockSoon(descriptor)) {
        return new InUse("another process", Files.exists(sibling(real, "-wal")));
      }
    }
    identity = key;
    if (!key.equals(fileKey(real))) {
      throw new IOException("the file was replaced meanwhile");
    }
    writeOwner(holder, purpose);
    return new Taken(this);
  }

  /// A child process inherits the lock until its own program starts, and looks like another owner
  /// for that moment. So this tries again for a while.
  private static boolean lockSoon(int descriptor) throws IOException {
    long until = System.nanoTime() + STARTING_MAX.toNanos();
    while (!Posix.tryLock(descriptor, LOCKED_BYTE)) {
      if (System.nanoTime() - until >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(RETRY_INTERVAL.toNanos());
    }
    return true;
  }

  private boolean claim(Object key) {
    synchronized (OURS) {
      return OURS.add(key) && keys.add(key);
    }
  }

  private @Nullable FileChannel lock(Path lock) throws IOException {
    create(lock);
    FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ, StandardOpenOption.WRITE);
    channels.add(channel);
    try {
      return channel.tryLock() == null ? null : channel;
    } catch (OverlappingFileLockException _) {
      return null;
    }
  }

  /// Locks the given name, which an older release may use, too.
  ///
  /// @return false when another process has that lock
  private boolean lockForOlderReleases(Path lock) {
    try {
      return lock(lock) != null;
    } catch (IOException _) {
      // The link's directory may not be writable.
      return true;
    }
  }

  private static boolean isSame(Path one, Path other) throws IOException {
    return one.equals(other)
        || (Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other));
  }

  private static void writeOwner(FileChannel lock, String purpose) {
    String text =
        "process %d, %s, since %s%n"
            .formatted(
                ProcessHandle.current().pid(),
                purpose,
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    try {
      lock.truncate(0);
      int _ = lock.write(ByteBuffer.wrap(text.getBytes(UTF_8)), 0);
    } catch (IOException _) {
      // The disk is full. The text is only for people.
    }
  }

  private static String ownerIn(Path lock) {
    try (FileChannel channel = FileChannel.open(lock)) {
      ByteBuffer text = ByteBuffer.allocate(OWNER_BYTES_MAX);
      int _ = channel.read(text, 0);
      String line = UTF_8.decode(text.flip()).toString().strip();
      return line.matches("process [ -~]+") ? line : "another process";
    } catch (IOException _) {
      return "another process";
    }
  }

  /// The file behind all links, whether or not it exists.
  static Path resolveLinks(Path given) throws IOException {
    Path path = given.toAbsolutePath();
    for (int i = 0; i < LINKS_MAX && Files.isSymbolicLink(path); i++) {
      path = path.resolveSibling(Files.readSymbolicLink(path));
    }
    Path folder = path.getParent();
    Path name = path.getFileName();
    return folder == null || name == null ? path : folder.toRealPath().resolve(name);
  }

  static Path sibling(Path file, String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }

  /// Equal for two names of the same file.
  static Object fileKey(Path file) throws IOException {
    Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    return key == null ? file.toRealPath() : key;
  }

  /// @throws InboxException.Unusable when the file exists and has a second name
  static void refuseSecondName(Path file) throws IOException, InboxException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new InboxException.Unusable(
          "cannot open the inbox '" + file + "': it is not a regular file",
          "INBOX_PATH names the file itself, such as '"
              + (Files.isDirectory(file) ? file.resolve("stripebridge-inbox.db") : file)
              + "'",
          null);
    }
    if (!Files.exists(file)
        || !file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return;
    }
    int names = (Integer) Files.getAttribute(file, "unix:nlink");
    if (names > 1) {
      throw new InboxException.Unusable(
          "cannot open the inbox '%s': the file has %d names (hard links), and under each name it"
                  .formatted(file, names)
              + " would have another log",
          "'find DIR -xdev -inum %s' lists its names below DIR, the mount point of its disk; remove"
                  .formatted(Files.getAttribute(file, "unix:ino"))
              + " all except the name that serve uses",
          null);
    }
  }

  /// Creates a file that only this user can read, unless it exists.
  static void create(Path file) throws IOException {
    try {
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(file);
      }
    } catch (FileAlreadyExistsException _) {
      // From the second start on, the file exists.
    }
  }

  /// The [#fileKey] of the owned file, even if another file has its name now.
  Object identity() {
    return identity;
  }

  /// The owned file, behind all links.
  Path path() {
    return real;
  }

  /// Must come after all connections to the file are closed.
  @Override
  public void close() {
    if (descriptor >= 0) {
      Posix.close(descriptor);
      descriptor = -1;
    }
    for (FileChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException _) {
        // The lock ends with the process at the latest.
      }
    }
    channels.clear();
    synchronized (OURS) {
      keys.forEach(OURS::remove);
    }
    keys.clear();
  }
}
