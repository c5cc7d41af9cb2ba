package stripebridge.service.inbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/// The tables of an inbox's file, and their version.
final class InboxSchema {
  /// "sbin": what `file` and SQLite's own tools show as the application id.
  static final int APPLICATION_ID = 0x7362696e;

  static final int VERSION = 1;

  private static final String TABLES =
      """
      CREATE TABLE entry (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of acceptance
        event_id TEXT NOT NULL UNIQUE,
        event_type TEXT NOT NULL,
        account TEXT NOT NULL,
        received_at INTEGER NOT NULL,               -- milliseconds since 1970
        state TEXT NOT NULL,                        -- waiting, published, parked, discarded
        body BLOB,                                  -- as Stripe sent it; only while it is needed
        checksum INTEGER NOT NULL,                  -- CRC-32C of the columns above but state
        refusals INTEGER NOT NULL DEFAULT 0,
        permanent_refusals INTEGER NOT NULL DEFAULT 0, -- of these, for good
        due_at INTEGER NOT NULL DEFAULT 0,          -- milliseconds since 1970; 0 is at once
        held TEXT,                                  -- the topic whose earlier entry comes first
        settled_at INTEGER,                         -- when it became published or parked
        reason TEXT,
        detail TEXT
      );
      CREATE TABLE probe (                          -- written to find out whether there is room
        id INTEGER PRIMARY KEY,
        filler BLOB
      );
      CREATE TABLE request (                        -- what operators ask of who has the file
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        asked_at INTEGER NOT NULL,                  -- milliseconds since 1970
        action TEXT NOT NULL,                       -- retry, retry_all_parked, discard
        event_id TEXT NOT NULL,
        outcome TEXT,
        count INTEGER,
        answered_at INTEGER
      );
      CREATE INDEX waiting ON entry (sequence) WHERE state = 'waiting';
      CREATE INDEX due ON entry (due_at) WHERE state = 'waiting' AND due_at > 0;
      CREATE INDEX held ON entry (held, sequence) WHERE held IS NOT NULL;
      CREATE INDEX published ON entry (settled_at) WHERE state IN ('published', 'discarded');
      """;

  private InboxSchema() {}

  /// Makes the tables where there are none.
  static void prepare(Connection connection) throws SQLException {
    if (InboxWriter.number(connection, "PRAGMA user_version") == VERSION) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA auto_vacuum = INCREMENTAL");
      statement.execute("PRAGMA journal_mode = WAL");
      connection.setAutoCommit(false);
      for (String sql : TABLES.split(";\n", -1)) {
        if (!sql.isBlank()) {
          statement.execute(sql);
        }
      }
      statement.execute("PRAGMA application_id = " + APPLICATION_ID);
      statement.execute("PRAGMA user_version = " + VERSION);
      connection.commit();
      connection.setAutoCommit(true);
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
  }
}
