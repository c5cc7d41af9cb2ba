package stripebridge.service.inbox;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import stripebridge.core.inbox.InboxException;

/// The tables of an inbox's file and their version. Creates missing tables and migrates older ones.
final class InboxSchema {
  /// "sbin": `file` and SQLite's own tools show it as the application id.
  static final int APPLICATION_ID = 0x7362696e;

  static final int VERSION = 2;

  // The body is last: to read a column behind a large body, SQLite reads the body. The status of an
  // entry is checked when it is read, since a flipped bit bypasses CHECK.
  static final String ENTRY_TABLE =
      """
      CREATE TABLE entry (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of acceptance
        event_id TEXT NOT NULL,
        copy INTEGER NOT NULL DEFAULT 1             -- which of the rows with this id
          CHECK (copy BETWEEN 1 AND 16),
        event_type TEXT NOT NULL,
        object_id TEXT,                             -- id of the event's object, if it is known
        account TEXT NOT NULL,
        received_at INTEGER NOT NULL,               -- milliseconds since 1970
        checksum INTEGER NOT NULL,                  -- CRC-32C of id, type, account, time and body
        state TEXT NOT NULL
          CHECK (state IN ('waiting', 'published', 'parked', 'discarded')),
        refusals INTEGER NOT NULL DEFAULT 0,
        permanent_refusals INTEGER NOT NULL DEFAULT 0, -- how many of the refusals are permanent
        due_at INTEGER NOT NULL DEFAULT 0           -- milliseconds since 1970; 0 is at once
          CHECK (due_at >= 0),
        held TEXT,                                  -- the topic that it is held behind
        settled_at INTEGER,                         -- when it was published, parked or discarded
        reason TEXT,
        detail TEXT,
        row_checksum INTEGER NOT NULL,              -- CRC-32C of all the columns above
        body BLOB                                   -- as Stripe sent it; NULL once it is finished
      )
      """;

  private static final String PROBE_TABLE =
      """
      CREATE TABLE probe (                          -- written to check that an event fits
        id INTEGER PRIMARY KEY,
        filler BLOB
      )
      """;
  private static final String REQUEST_TABLE =
      """
      CREATE TABLE request (                        -- operators' requests to the file's owner
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        asked_at INTEGER NOT NULL,                  -- milliseconds since 1970
        action TEXT NOT NULL,                       -- retry, retry_all_parked, discard, ...
        event_id TEXT NOT NULL,
        outcome TEXT,
        count INTEGER,
        answered_at INTEGER
      )
      """;
  static final String META_TABLE =
      """
      CREATE TABLE meta (                           -- inbox_id: identifies the inbox; memo:NAME
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
      )
      """;
  static final String LOSS_TABLE =
      """
      CREATE TABLE loss (                           -- acknowledged events that are missing
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        first_sequence INTEGER NOT NULL,
        last_sequence INTEGER NOT NULL,
        accepted_after INTEGER,                     -- milliseconds since 1970
        accepted_before INTEGER NOT NULL,
        acknowledged_at INTEGER
      )
      """;

  private InboxSchema() {}

  /// Creates missing tables, and migrates older ones.
  ///
  /// @throws InboxException.Unusable when they are newer, or the disk has no room to migrate them;
  ///   nothing is changed then
  static void prepare(Connection connection, Path path, InboxObserver observer)
      throws SQLException, InboxException {
    Statements statements = new Statements(connection);
    try {
      long version = statements.number("PRAGMA user_version");
      if (version == 0) {
        create(statements);
      } else if (version > VERSION) {
        throw newer(path, version);
      } else if (version < VERSION || MigrationToVersion2.isUnfinished(statements)) {
        migrate(statements, path, observer);
      }
    } finally {
      statements.clear();
    }
  }

  /// Refuses an older version, for a command that must not migrate it: that takes time and makes it
  /// impossible to go back to the older release.
  static void refuseOlder(Connection connection, Path path) throws SQLException, InboxException {
    long version = new Statements(connection).number("PRAGMA user_version");
    if (version > 0 && version < VERSION) {
      throw new InboxException.Unusable(
          "cannot change the inbox '%s': it has version %d, and this stripebridge writes %d"
              .formatted(path, version, VERSION),
          "start serve, which migrates it to version %d; or use the stripebridge that wrote it"
              .formatted(VERSION),
          null);
    }
  }

  /// The failure for a version that this release does not know.
  static InboxException.Unusable newer(Path path, long version) {
    return new InboxException.Unusable(
        "cannot open the inbox '%s': it has version %d, and this stripebridge knows %d"
            .formatted(path, version, VERSION),
        "start the newer stripebridge that wrote it; to go back to this one, run 'inbox move' to"
            + " Redis with the newer one first, and 'inbox move' back with this one",
        null);
  }

  private static void create(Statements statements) throws SQLException {
    statements.run("PRAGMA auto_vacuum = INCREMENTAL");
    statements.run("PRAGMA journal_mode = WAL");
    statements.inTransaction(() -> {
      statements.run(ENTRY_TABLE);
      statements.run(PROBE_TABLE);
      statements.run(REQUEST_TABLE);
      statements.run(META_TABLE);
      statements.run(LOSS_TABLE);
      InboxIndexes.createIds(statements);
      InboxIndexes.create(statements);
      nameInbox(statements);
      statements.run("PRAGMA application_id = " + APPLICATION_ID);
      statements.run("PRAGMA user_version = " + VERSION);
    });
    statements.run("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  /// Gives the file an id, which only its copies share.
  static void nameInbox(Statements statements) throws SQLException {
    // Hex and dashes only.
    statements.run("INSERT INTO meta VALUES ('inbox_id', '" + UUID.randomUUID() + "')");
  }

  private static void migrate(Statements statements, Path path, InboxObserver observer)
      throws SQLException, InboxException {
    refuseWithoutRoom(path, MigrationToVersion2.bytesNeeded(statements), free(path));
    MigrationToVersion2.migrate(statements, MigrationToVersion2.BATCH_ROWS, observer);
  }

  private static long free(Path path) {
    try {
      return DiskReserve.free(path);
    } catch (IOException _) {
      // The file system does not report it. If the disk fills up, a migration continues later.
      return Long.MAX_VALUE;
    }
  }

  /// Called before anything is changed.
  static void refuseWithoutRoom(Path path, long needed, long free) throws InboxException {
    if (free < needed) {
      throw new InboxException.Unusable(
          ("cannot migrate the inbox '%s' to version %d: it needs %d MiB of free disk space, and %d"
                  + " MiB are free")
              .formatted(path, VERSION, needed >> 20, free >> 20),
          "make room, or move the file to a larger disk; nothing was changed",
          null);
    }
  }
}
