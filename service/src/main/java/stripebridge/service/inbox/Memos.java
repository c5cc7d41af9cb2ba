package stripebridge.service.inbox;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/// The memos of an inbox's file: rows of `meta`, which older releases leave alone.
final class Memos {
  // Apart from the names that the schema itself uses.
  private static final String PREFIX = "memo:";

  private Memos() {}

  /// A memo; empty if no memo has this name.
  static String read(Statements statements, String name) throws SQLException {
    PreparedStatement query = statements.of("SELECT value FROM meta WHERE name = ?");
    query.setString(1, PREFIX + name);
    try (ResultSet row = query.executeQuery()) {
      return row.next() ? row.getString(1) : "";
    }
  }

  /// Replaces a memo in the caller's transaction, if it is still `before`.
  ///
  /// @return whether it was
  static boolean replace(Statements statements, String name, String before, String after)
      throws SQLException {
    if (!read(statements, name).equals(before)) {
      return false;
    }
    PreparedStatement replace = statements.of("INSERT OR REPLACE INTO meta VALUES (?, ?)");
    replace.setString(1, PREFIX + name);
    replace.setString(2, after);
    return replace.executeUpdate() == 1;
  }
}
