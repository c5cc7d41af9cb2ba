package stripebridge.service.inbox;

import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// What SQLite's failures mean.
final class SqliteFailure {
  private static final int KIND = 0xff; // The bits above tell details.

  private SqliteFailure() {}

  /// Whether the file itself is at fault.
  static boolean isDamaged(SQLException e) {
    return isOf(e, SQLiteErrorCode.SQLITE_CORRUPT) || isOf(e, SQLiteErrorCode.SQLITE_NOTADB);
  }

  /// Whether there was no room: on the disk, in a quota, for the log's index.
  static boolean isFull(SQLException e) {
    return isOf(e, SQLiteErrorCode.SQLITE_FULL)
        || (e instanceof SQLiteException sqlite
            && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_WRITE
                || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE));
  }

  /// Whether this user, or nobody, may open or write it.
  static boolean isForbidden(SQLException e) {
    return isOf(e, SQLiteErrorCode.SQLITE_CANTOPEN)
        || isOf(e, SQLiteErrorCode.SQLITE_READONLY)
        || isOf(e, SQLiteErrorCode.SQLITE_PERM);
  }

  /// Whether a unique index has met two that are the same.
  static boolean isDuplicate(SQLException e) {
    return isOf(e, SQLiteErrorCode.SQLITE_CONSTRAINT);
  }

  static boolean isBusy(SQLException e) {
    return isOf(e, SQLiteErrorCode.SQLITE_BUSY);
  }

  private static boolean isOf(SQLException e, SQLiteErrorCode kind) {
    return e instanceof SQLiteException sqlite && (sqlite.getResultCode().code & KIND) == kind.code;
  }
}
