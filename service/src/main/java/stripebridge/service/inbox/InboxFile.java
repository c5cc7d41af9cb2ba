package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import stripebridge.core.inbox.InboxException;

/// The file of an inbox: made, checked before anything is written to it, and locked against a
/// second owner. Readers need no lock; any SQLite tool can look into it meanwhile.
final class InboxFile implements AutoCloseable {
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(US_ASCII);
  private static final int HEADER_BYTES = 100;
  private final Path path;
  private final FileChannel lockChannel;
  private final FileLock lock;

  private InboxFile(Path path, FileChannel lockChannel, FileLock lock) {
    this.path = path;
    this.lockChannel = lockChannel;
    this.lock = lock;
  }

  /// Takes the file for this process, and makes it when there is none.
  ///
  /// @throws InboxException.Unusable when it is no inbox, is cut off, is of a newer version or has
  ///   an owner; it is then as it was
  /// @throws InboxException.Unavailable when it cannot be opened or made
  static InboxFile open(Path path) throws InboxException {
    return open(path, InboxObserver.NONE);
  }

  /// The same for who tells what the file shows of itself.
  static InboxFile open(Path path, InboxObserver observer) throws InboxException {
    return openUnlessOwned(path, observer)
        .orElseThrow(() ->
            new InboxException.Unusable(
                "cannot open the inbox '" + path + "': another process has it",
                "stop that one, or give this one an INBOX_PATH of its own",
                null));
  }

  /// The same for who can do without; absent when the file has an owner.
  static Optional<InboxFile> openUnlessOwned(Path path) throws InboxException {
    return openUnlessOwned(path, InboxObserver.NONE);
  }

  private static Optional<InboxFile> openUnlessOwned(Path path, InboxObserver observer)
      throws InboxException {
    FileChannel channel = null;
    try {
      Path lockPath = path.resolveSibling(path.getFileName() + ".lock");
      create(lockPath);
      channel = FileChannel.open(lockPath, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = lock(channel);
      if (lock == null) {
        channel.close();
        return Optional.empty();
      }
      check(path);
      create(path);
      InboxFile file = new InboxFile(path, channel, lock);
      file.prepare(observer);
      return Optional.of(file);
    } catch (IOException | SQLException e) {
      close(channel);
      throw new InboxException.Unavailable(
          "cannot open the inbox '" + path + "': " + e.getMessage(), e);
    } catch (InboxException e) {
      close(channel);
      throw e;
    }
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException _) {
      // There is a failure to report already.
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null;
    }
  }

  /// Made by us, so that nobody else can read what is about to be in it.
  private static void create(Path file) throws IOException {
    try {
      boolean isPosix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
      if (isPosix) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.createFile(file);
      }
    } catch (FileAlreadyExistsException _) {
      // As it should be, from the second start on.
    }
  }

  /// Reads the header itself: SQLite may write to a file as soon as it opens it.
  private static void check(Path path) throws IOException, InboxException {
    if (!Files.exists(path) || Files.size(path) == 0) {
      return;
    }
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    try (FileChannel channel = FileChannel.open(path)) {
      while (header.hasRemaining() && channel.read(header) >= 0) {}
    }
    boolean isSqlite =
        header.position() == HEADER_BYTES
            && Arrays.equals(Arrays.copyOf(header.array(), MAGIC.length), MAGIC);
    if (!isSqlite) {
      throw unusable(path, "it is no inbox, or was overwritten", null);
    }
    // https://sqlite.org/fileformat.html#the_database_header
    int pageSize = header.getShort(16) & 0xffff;
    long bytes = (header.getInt(28) & 0xffffffffL) * (pageSize == 1 ? 65_536 : pageSize);
    Path log = path.resolveSibling(path.getFileName() + "-wal");
    boolean hasLog = Files.exists(log) && Files.size(log) > 0;
    // A log may hold what is missing: SQLite puts it back.
    if (Files.size(path) < bytes && !hasLog) {
      throw unusable(
          path, "it is cut off at %d of %d bytes".formatted(Files.size(path), bytes), null);
    }
    // Of a file whose maker was killed everything may still be in the log.
    boolean isBegun = header.getInt(68) == 0 && header.getInt(28) <= 1;
    if (header.getInt(68) != InboxSchema.APPLICATION_ID && !isBegun) {
      throw unusable(path, "it is a database of something else", null);
    }
    int version = header.getInt(60);
    if (version > InboxSchema.VERSION) {
      throw InboxSchema.newer(path, version);
    }
  }

  private static InboxException.Unusable unusable(
      Path path, @Nullable String why, @Nullable Exception e) {
    return new InboxException.Unusable(
        "cannot open the inbox '" + path + "': " + why,
        "restore it from a copy, or move it away and start with an empty one; Stripe sends again"
            + " what was not answered",
        e);
  }

  private void prepare(InboxObserver observer) throws SQLException, IOException, InboxException {
    try (Connection connection = connect()) {
      InboxSchema.prepare(connection, path, observer);
      Losses.find(
          new Statements(connection), HighWaterMark.read(HighWaterMark.pathOf(path)), observer);
    } catch (SQLException e) {
      if (EntryRows.isDamaged(e)) {
        throw unusable(path, e.getMessage(), e);
      }
      throw e;
    }
  }

  /// Where the mark of the inbox is kept.
  Path markPath() {
    return HighWaterMark.pathOf(path);
  }

  /// A connection for reading.
  Connection connect() throws SQLException {
    return connectTo(path);
  }

  /// A connection to a file that may have another owner.
  static Connection connectTo(Path path) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("busy_timeout", "10000");
    Connection connection = new JDBC().connect("jdbc:sqlite:" + path, properties);
    if (connection == null) {
      throw new SQLException("no SQLite driver");
    }
    return connection;
  }

  /// A connection for the one writer: what is committed is on the disk.
  Connection connectToWrite() throws SQLException {
    Connection connection = connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = FULL");
      // Else the log stays as large as it ever was.
      statement.execute("PRAGMA journal_size_limit = 67108864");
    }
    return connection;
  }

  @Override
  public String toString() {
    return path.toString();
  }

  @Override
  public void close() {
    try {
      lock.release();
    } catch (IOException _) {
      // The lock ends with the process at the latest.
    }
    close(lockChannel);
  }
}
