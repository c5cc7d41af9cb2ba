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

/// The file of an inbox: made, checked before anything is written to it, and locked against a
/// second owner. Readers need no lock; any SQLite tool can look into it meanwhile.
final class InboxFile implements AutoCloseable {
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(US_ASCII);
  private static final int HEADER_BYTES = 100;

  /// As much as marks, clean-up and checkpoints take at the most while nothing is stored: the log
  /// is emptied into the file at 1,000 pages (4 MiB), a batch of marks writes less than 1 MiB, and
  /// the file may have to grow by what is in the log. Twice that, for file systems that copy what
  /// they change.
  static final long RESERVE_BYTES = 16L << 20;

  private static final String DIRECTORY_HINT =
      "INBOX_PATH says where it is; it needs a directory that this user may write to";

  private static final Duration RETRY_INTERVAL = Duration.ofMillis(50);

  private static final Duration STARTING_MAX = Duration.ofSeconds(1);

  private final Path path;
  private final Ownership ownership;
  private final DiskReserve reserve;
  private final List<Connection> connections = new ArrayList<>();

  private InboxFile(Ownership ownership) {
    this.path = ownership.path();
    this.ownership = ownership;
    this.reserve = new DiskReserve(path, RESERVE_BYTES);
  }

  /// What came of asking for a file.
  sealed interface Opening {}

  /// It is ours.
  record Opened(InboxFile file) implements Opening {}

  /// It has an owner, who can be asked through it.
  record Owned(String who) implements Opening {}

  /// Takes the file for this process, and makes it when there is none.
  ///
  /// @param purpose what for, to be told to whoever comes meanwhile
  /// @param patience how long to wait for who has it: an operator's command is done in a moment
  /// @throws InboxException.Unusable when it is no inbox, is cut off, is of a newer version, has
  ///   another name or an owner; it is then as it was
  /// @throws InboxException.Unavailable when it cannot be opened or made
  static InboxFile open(Path path, String purpose, Duration patience) throws InboxException {
    return open(path, purpose, patience, InboxObserver.NONE);
  }

  /// The same for who tells what the file shows of itself.
  static InboxFile open(Path path, String purpose, Duration patience, InboxObserver observer)
      throws InboxException {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      switch (tryOpen(path, purpose, true, observer)) {
        case Opened(InboxFile file) -> {
          return file;
        }
        case Owned(String who) -> {
          // This process would wait for itself.
          if (System.nanoTime() - until >= 0
              || who.equals(Ownership.OURSELVES)
              || Thread.currentThread().isInterrupted()) {
            throw new InboxException.Unusable(
                "cannot open the inbox '" + path + "': " + who + " has it",
                "stop that one, or give this one an INBOX_PATH of its own",
                null);
          }
          LockSupport.parkNanos(RETRY_INTERVAL.toNanos());
        }
      }
    }
  }

  /// A process that this one is about to start holds the lock until its program begins: for a
  /// moment it looks like an owner who has another name for the file.
  private static Ownership.Result take(Path path, String purpose)
      throws IOException, InboxException {
    long until = System.nanoTime() + STARTING_MAX.toNanos();
    while (true) {
      Ownership.Result result = Ownership.take(path, purpose);
      boolean isByAnotherName =
          result instanceof Ownership.InUse(String _, boolean isByThisName) && !isByThisName;
      if (!isByAnotherName
          || System.nanoTime() - until >= 0
          || Thread.currentThread().isInterrupted()) {
        return result;
      }
      LockSupport.parkNanos(RETRY_INTERVAL.toNanos());
    }
  }

  /// The same for who can do without, and for a moment: a file of an older version is refused, not
  /// brought to the current one.
  static Opening tryOpen(Path path, String purpose) throws InboxException {
    return tryOpen(path, purpose, false, InboxObserver.NONE);
  }

  private static Opening tryOpen(
      Path path, String purpose, boolean isMigrating, InboxObserver observer)
      throws InboxException {
    Ownership ownership = null;
    try {
      switch (take(path, purpose)) {
        case Ownership.Taken(Ownership taken) -> ownership = taken;
        case Ownership.InUse(String who, boolean isByThisName) -> {
          if (isByThisName) {
            return new Owned(who);
          }
          throw new InboxException.Unusable(
              "cannot open the inbox '" + path + "': " + who + " has it by another name",
              "use the name, and the mount, that the other one uses",
              null);
        }
      }
      check(ownership.path());
      InboxFile file = new InboxFile(ownership);
      file.prepareOnFullDiskToo(isMigrating, observer);
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

  /// Says what failed, and what to do about it.
  ///
  /// @param what a verb: open, read, change
  static InboxException failure(Path path, String what, Exception e) {
    String message = "cannot " + what + " the inbox '" + path + "': " + seen(e);
    return e instanceof SQLException sql && SqliteFailure.isDamaged(sql)
        ? new InboxException.Unusable(message, recoverHint(path), e)
        : new InboxException.Unavailable(message, hint(e), e);
  }

  /// Where Java says nothing but the file's name.
  private static String seen(Exception e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied: " + e.getMessage();
      case NoSuchFileException _ -> "there is no such directory: " + e.getMessage();
      default -> String.valueOf(e.getMessage());
    };
  }

  private static @Nullable String hint(Exception e) {
    return switch (e) {
      case FileSystemException _ -> DIRECTORY_HINT;
      case SqliteLibrary.NotLoaded library -> library.hint();
      case SQLException sql when SqliteFailure.isForbidden(sql) -> DIRECTORY_HINT;
      case SQLException sql when SqliteFailure.isFull(sql) ->
          "its disk is full, or a quota is: make room, and nothing of it is lost";
      case SQLException sql when SqliteFailure.isBusy(sql) ->
          "another program has been writing to it for a while; try again";
      default -> null;
    };
  }

  private static String recoverHint(Path path) {
    return "the file is damaged: keep it, and have 'stripebridge inbox recover "
        + path
        + "' write what can be read of it into a new one";
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
      throw unusable(path, "it is no inbox, or was overwritten");
    }
    // https://sqlite.org/fileformat.html#the_database_header
    int pageSize = header.getShort(16) & 0xffff;
    long bytes = (header.getInt(28) & 0xffffffffL) * (pageSize == 1 ? 65_536 : pageSize);
    Path log = Ownership.sibling(path, "-wal");
    boolean hasLog = Files.exists(log) && Files.size(log) > 0;
    // A log may hold what is missing: SQLite puts it back.
    if (Files.size(path) < bytes && !hasLog) {
      throw new InboxException.Unusable(
          "cannot open the inbox '%s': it is cut off at %d of %d bytes"
              .formatted(path, Files.size(path), bytes),
          recoverHint(path),
          null);
    }
    // Of a file whose maker was killed everything may still be in the log.
    boolean isBegun = header.getInt(68) == 0 && header.getInt(28) <= 1;
    if (header.getInt(68) != InboxSchema.APPLICATION_ID && !isBegun) {
      throw unusable(path, "it is a database of something else");
    }
    int version = header.getInt(60);
    if (version > InboxSchema.VERSION) {
      throw InboxSchema.newer(path, version);
    }
  }

  private static InboxException.Unusable unusable(Path path, String why) {
    return new InboxException.Unusable(
        "cannot open the inbox '" + path + "': " + why,
        "restore it from a copy, or move it away and start with an empty one; Stripe sends again"
            + " what was not answered",
        null);
  }

  /// SQLite needs room for the index of its log before it reads anything.
  private void prepareOnFullDiskToo(boolean isMigrating, InboxObserver observer)
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
        // It is written down now, and need not be found once more.
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

  /// Where the mark of the inbox is kept.
  Path markPath() {
    return HighWaterMark.pathOf(path);
  }

  /// A connection for reading. It may be closed by hand, and is at the latest with the file.
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
      // Of compaction, whose disk is nearly full.
      statement.execute("PRAGMA temp_store = MEMORY");
      // Else the log stays as large as it ever was; it is emptied at 1,000 pages.
      statement.execute("PRAGMA journal_size_limit = 4194304");
    }
    return connection;
  }

  @Override
  public String toString() {
    return path.toString();
  }

  /// A transaction that must get through on a full disk too: once more, with some of the reserve.
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

  /// What the file is, whatever has its name now.
  Object identity() {
    return ownership.identity();
  }

  DiskReserve reserve() {
    return reserve;
  }

  /// Where it is, behind all links.
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
          // What it wrote is committed.
        }
      }
    }
    // Only now: the locks of a connection would end with it.
    ownership.close();
  }
}
