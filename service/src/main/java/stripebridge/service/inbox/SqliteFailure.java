package stripebridge.service.inbox;

import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Classifies SQLite's failures.
final class SqliteFailure {
  private static final int PRIMARY_CODE = 0xff; // The bits above are the extended code.

  private SqliteFailure() {}

  /// Whether the file is damaged.
  static boolean isDamaged(SQLException e) {
    return isOf(e, SQLiteErrorCode.SQLITE_CORRUPT) || isOf(e, SQLiteErrorCode.SQLITE_NOTADB);
  }

  /// Whether there was no room on the disk, in a quota or for the log's index.
  static boolean isFull(SQLException e) {
    return isOf(e, SQLiteErrorCode.SQLITE_FULL)
        || (e instanceof SQLiteException sqlite
            && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_WRITE
                || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE));
  }

  /// Whether this user may not open or write the file.
  static boolean isForbidden(SQLException e) {
    return isOf(e, SQLiteErrorCode.SQLITE_CANTOPEN)
        || isOf(e, SQLiteErrorCode.SQLITE_READONLY)
        || isOf(e, SQLiteErrorCode.SQLITE_PERM);
  }

  /// Whether a unique index has found a duplicate.
  static boolean isDuplicate(SQLException e) {
    return isOf(e, SQLiteErrorCode.SQLITE_CONSTRAINT);
  }

  static boolean isBusy(SQLException e) {
    return isOf(e, SQLiteErrorCode.SQLITE_BUSY);
  }

  private static boolean isOf(SQLException e, SQLiteErrorCode kind) {
    return e instanceof SQLiteException sqlite
        && (sqlite.getResultCode().code & PRIMARY_CODE) == kind.code;
  }
}
