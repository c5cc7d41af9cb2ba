package stripebridge.service.inbox;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// What the names of an inbox lead to: the database, its log and the log's index. SQLite has them
/// open and goes on with them whatever becomes of their names, and nobody who comes by the name
/// later sees what it writes.
///
/// @param database by device and inode, as all of them; absent when there is no such file
record FileIdentity(Optional<Object> database, Optional<Object> log, Optional<Object> index) {
  /// Looks, without opening any of them.
  ///
  /// @throws IOException when it cannot be seen, which says nothing
  static FileIdentity of(Path file) throws IOException {
    return new FileIdentity(
        key(file), key(Ownership.sibling(file, "-wal")), key(Ownership.sibling(file, "-shm")));
  }

  private static Optional<Object> key(Path file) throws IOException {
    try {
      return Optional.of(Ownership.fileKey(file));
    } catch (NoSuchFileException _) {
      // Only that says that it is gone: a directory that cannot be looked into says nothing.
      return Optional.empty();
    }
  }

  /// What became of the files that were opened as this one; absent while they are the same.
  Optional<String> lostAs(FileIdentity now) {
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
