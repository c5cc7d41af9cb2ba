package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import stripebridge.core.inbox.InboxException;

/// The file of an inbox: creates it, checks it before writing, and locks it against a second owner.
/// Readers need no lock, so any SQLite tool can read it meanwhile.
final class InboxFile implements AutoCloseable {
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(US_ASCII);
  private static final int HEADER_BYTES = 100;

  /// Enough for settlements, clean-up and checkpoints while no event is stored: the log is copied
  /// into the file at 1,000 pages (4 MiB), a batch of settlements writes less than 1 MiB, and the
  /// file may grow by the size of the log. Twice that, for copy-on-write file systems.
  static final long RESERVE_BYTES = 16L << 20;

  private static final String DIRECTORY_HINT =
      "INBOX_PATH sets where it is; it needs a directory that this user may write to";

  private static final Duration RETRY_INTERVAL = Duration.ofMillis(50);

  private final Path path;
  private final Ownership ownership;
  private final DiskReserve reserve;
  private final List<Connection> connections = new ArrayList<>();

  private InboxFile(Ownership ownership) {
    this.path = ownership.path();
    this.ownership = ownership;
    this.reserve = new DiskReserve(path, RESERVE_BYTES);
  }

  /// The result of [#tryOpen].
  sealed interface Opening {}

  record Opened(InboxFile file) implements Opening {}

  /// The file has an owner, which carries out requests that are written into it.
  record Owned(String owner) implements Opening {}

  /// Takes the file for this process, and creates it if it is missing.
  ///
  /// @param purpose shown to others that want the file meanwhile
  /// @param waitMax how long to wait for another owner: an operator's command takes only a moment
  /// @throws InboxException.Unusable when the file is not an inbox, is cut off, is of a newer
  ///   version, or has a second name or another owner; it is then unchanged
  /// @throws InboxException.Unavailable when it cannot be opened or created
  static InboxFile open(Path path, String purpose, Duration waitMax) throws InboxException {
    return open(path, purpose, waitMax, InboxObserver.NONE);
  }

  /// The same, with an observer of damage and losses.
  static InboxFile open(Path path, String purpose, Duration waitMax, InboxObserver observer)
      throws InboxException {
    long until = System.nanoTime() + waitMax.toNanos();
    while (true) {
      switch (tryOpen(path, purpose, true, observer)) {
        case Opened(InboxFile file) -> {
          return file;
        }
        case Owned(String owner) -> {
          if (System.nanoTime() - until >= 0
              // This process would wait for itself.
              || owner.equals(Ownership.OURSELVES)
              || Thread.currentThread().isInterrupted()) {
            throw new InboxException.Unusable(
                "cannot open the inbox '" + path + "': " + owner + " has it",
                "stop that process, or give this one an INBOX_PATH of its own",
                null);
          }
          LockSupport.parkNanos(RETRY_INTERVAL.toNanos());
        }
      }
    }
  }

  /// Takes the file for a short command, unless it has an owner. Refuses an older version instead
  /// of migrating it.
  static Opening tryOpen(Path path, String purpose) throws InboxException {
    return tryOpen(path, purpose, false, InboxObserver.NONE);
  }

  private static Opening tryOpen(
      Path path, String purpose, boolean isMigrating, InboxObserver observer)
      throws InboxException {
    Ownership ownership = null;
    try {
      switch (Ownership.take(path, purpose)) {
        case Ownership.Taken(Ownership taken) -> ownership = taken;
        case Ownership.InUse(String owner, boolean isByThisName) -> {
          if (isByThisName) {
            return new Owned(owner);
          }
          throw new InboxException.Unusable(
              "cannot open the inbox '" + path + "': " + owner + " has it under another name",
              "use the same name and the same mount as that process",
              null);
        }
      }
      check(ownership.path());
      InboxFile file = new InboxFile(ownership);
      file.prepareEvenOnFullDisk(isMigrating, observer);
      return new Opened(file);
    } catch (IOException | SQLException e) {
      close(ownership);
      throw failure(path, "open", e);
    } catch (InboxException e) {
      close(ownership);
      throw e;
    }
  }

  private static void close(@Nullable Ownership ownership) {
    if (ownership != null) {
      ownership.close();
    }
  }

  /// The failure of an operation, with a hint.
  ///
  /// @param what completes `cannot … the inbox`: open, read, change
  static InboxException failure(Path path, String what, Exception e) {
    String message = "cannot " + what + " the inbox '" + path + "': " + seen(e);
    return e instanceof SQLException sql && SqliteFailure.isDamaged(sql)
        ? new InboxException.Unusable(message, recoverHint(path), e)
        : new InboxException.Unavailable(message, hint(e), e);
  }

  /// Java's messages for some exceptions are only the file's name.
  private static String seen(Exception e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied: " + e.getMessage();
      case NoSuchFileException _ -> "no such directory: " + e.getMessage();
      default -> String.valueOf(e.getMessage());
    };
  }

  private static @Nullable String hint(Exception e) {
    return switch (e) {
      case FileSystemException _ -> DIRECTORY_HINT;
      case SqliteLibrary.NotLoaded library -> library.hint();
      case SQLException sql when SqliteFailure.isForbidden(sql) -> DIRECTORY_HINT;
      case SQLException sql when SqliteFailure.isFull(sql) ->
          "the disk or a quota is full: make room; nothing is lost";
      case SQLException sql when SqliteFailure.isBusy(sql) ->
          "another program has been writing to it for a while; try again";
      default -> null;
    };
  }

  private static String recoverHint(Path path) {
    return "the file is damaged: keep it, and run 'stripebridge inbox recover "
        + path
        + "', which copies all readable entries into a new one";
  }

  /// Reads the header without SQLite, which may write to a file as soon as it opens it.
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
      throw unusable(path, "it is not an inbox, or was overwritten");
    }
    // https://sqlite.org/fileformat.html#the_database_header
    int pageSize = header.getShort(16) & 0xffff;
    long bytes = (header.getInt(28) & 0xffffffffL) * (pageSize == 1 ? 65_536 : pageSize);
    Path log = Ownership.sibling(path, "-wal");
    boolean hasLog = Files.exists(log) && Files.size(log) > 0;
    // If there is a log, SQLite may restore the missing pages from it.
    if (Files.size(path) < bytes && !hasLog) {
      throw new InboxException.Unusable(
          "cannot open the inbox '%s': it is cut off at %d of %d bytes"
              .formatted(path, Files.size(path), bytes),
          recoverHint(path),
          null);
    }
    // If the process that created the file was killed, all of it may still be in the log.
    boolean isBegun = header.getInt(68) == 0 && header.getInt(28) <= 1;
    if (header.getInt(68) != InboxSchema.APPLICATION_ID && !isBegun) {
      throw unusable(path, "it is another program's database");
    }
    int version = header.getInt(60);
    if (version > InboxSchema.VERSION) {
      throw InboxSchema.newer(path, version);
    }
  }

  private static InboxException.Unusable unusable(Path path, String why) {
    return new InboxException.Unusable(
        "cannot open the inbox '" + path + "': " + why,
        "restore it from a copy, or move it away and start with an empty one; Stripe resends events"
            + " that were not answered 200",
        null);
  }

  /// SQLite needs room for the index of its log before it reads anything.
  private void prepareEvenOnFullDisk(boolean isMigrating, InboxObserver observer)
      throws SQLException, IOException, InboxException {
    while (true) {
      try {
        prepare(isMigrating, observer);
        return;
      } catch (SQLException e) {
        if (!SqliteFailure.isFull(e) || !reserve.release()) {
          throw e;
        }
      }
    }
  }

  private void prepare(boolean isMigrating, InboxObserver observer)
      throws SQLException, InboxException {
    try (Connection connection = connect()) {
      if (!isMigrating) {
        InboxSchema.refuseOlder(connection, path);
      }
      InboxSchema.prepare(connection, path, observer);
      Statements statements = new Statements(connection);
      HighWaterMark.Reading mark = HighWaterMark.read(markPath());
      Losses.find(statements, mark, observer);
      if (mark instanceof HighWaterMark.Reading.Found found
          && !found.inboxId().equals(Losses.inboxId(statements))) {
        // The loss is recorded now and must not be found again.
        try {
          HighWaterMark.write(
              markPath(),
              Losses.inboxId(statements),
              Losses.lastSequence(statements),
              InstantSource.system());
        } catch (IOException e) {
          observer.markFailed("cannot write '" + markPath() + "': " + e);
        }
      }
    }
  }

  /// The file of the inbox's high-water mark.
  Path markPath() {
    return HighWaterMark.pathOf(path);
  }

  /// A connection for reading. It is closed with the file at the latest.
  Connection connect() throws SQLException {
    Connection connection = connectTo(path);
    synchronized (connections) {
      connections.add(connection);
    }
    return connection;
  }

  /// A connection to a file that may have another owner.
  static Connection connectTo(Path path) throws SQLException {
    SqliteLibrary.load();
    Properties properties = new Properties();
    properties.setProperty("busy_timeout", "10000");
    // Otherwise the driver prepares and runs a query for the row's id after each insert.
    properties.setProperty("jdbc.get_generated_keys", "false");
    Connection connection = new JDBC().connect("jdbc:sqlite:" + path, properties);
    if (connection == null) {
      throw new SQLException("no SQLite driver");
    }
    return connection;
  }

  /// A connection for the one writer, whose commits are on the disk.
  Connection connectToWrite() throws SQLException {
    Connection connection = connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = FULL");
      // Compaction uses a temporary table when the disk is nearly full.
      statement.execute("PRAGMA temp_store = MEMORY");
      // Otherwise the log keeps its largest size; it is copied into the file at 1,000 pages.
      statement.execute("PRAGMA journal_size_limit = 4194304");
    }
    return connection;
  }

  @Override
  public String toString() {
    return path.toString();
  }

  /// Runs a transaction that must work on a full disk, too: retries it with more of the reserve.
  <T> T transact(Connection connection, Transaction.Work<T> work) throws SQLException {
    while (true) {
      try {
        return Transaction.run(connection, work);
      } catch (SQLException e) {
        if (!SqliteFailure.isFull(e) || !reserve.release()) {
          throw e;
        }
      }
    }
  }

  /// The file's key, even if another file has its name now.
  Object identity() {
    return ownership.identity();
  }

  DiskReserve reserve() {
    return reserve;
  }

  /// The file behind all links.
  Path path() {
    return path;
  }

  @Override
  public void close() {
    synchronized (connections) {
      for (Connection connection : connections) {
        try {
          connection.close();
        } catch (SQLException _) {
          // All acknowledged work is committed.
        }
      }
    }
    // Only now: closing this descriptor would end the locks of open connections.
    ownership.close();
  }
}
