package stripebridge.service.inbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxException;

/// Copies all readable entries of a damaged inbox into a new one, which serve can open. It goes
/// page by page, so that it recovers every entry on an undamaged page, and reports the lost ones.
/// It only reads the damaged file and its log.
///
/// Not thread-safe.
public final class InboxRecovery implements AutoCloseable {
  private static final Layout FIRST = new Layout("entry", 15, 5);
  private static final Layout SECOND = new Layout("entry", 18, 8);

  // Rows that a migration has not moved yet.
  private static final Layout NOT_MIGRATED = new Layout("entry_1", 15, 5);

  private static final int EVENT_ID_COLUMN = 1;
  private static final int COPY_COLUMN = 2;
  private static final int INSERTED_AT_ONCE = 500;
  private static final int CHECKED_AT_ONCE = 50;

  // No version of an entry has this number of columns.
  private static final int LOSS_COLUMNS = 6;

  private final DatabasePages pages;
  private final Connection target;
  private final Path to;
  private final Statements statements;
  private final List<Long> damagedPages = new ArrayList<>();
  private final List<Lost> lost = new ArrayList<>();
  private List<Layout> layouts = List.of();

  private InboxRecovery(DatabasePages pages, Connection target, Path to) {
    this.to = to;
    this.pages = pages;
    this.target = target;
    this.statements = new Statements(target);
  }

  /// The columns of an entry's row in one version.
  ///
  /// @param state the index of the column `state`
  private record Layout(String table, int columns, int state) {
    boolean hasCopies() {
      return state == SECOND.state;
    }

    /// Recognizes a row by its number of columns, which no other table has, so that a row with a
    /// damaged state is recovered, too.
    boolean matches(TreePage.Row row) {
      return row.values().size() == columns && row.text(EVENT_ID_COLUMN).isPresent();
    }
  }

  /// An entry that was in the file and could not be recovered.
  ///
  /// @param eventId absent when only the sequence is known
  /// @param isWaiting whether it is known to have waited; a published entry needs no recovery
  /// @param why it was lost
  public record Lost(long sequence, Optional<String> eventId, boolean isWaiting, String why) {}

  /// Sequences without a trace: their entries were forgotten after their time, or lost.
  public record Gap(long first, long last) {}

  /// The result of a recovery.
  ///
  /// @param byState how many entries of each state were written
  /// @param doubtful how many of them are not what was stored: serve parks them
  /// @param damagedPages pages that should be of a table or an index and are not
  public record Report(
      Map<EntryState, Long> byState,
      long doubtful,
      List<Lost> lost,
      List<Gap> gaps,
      List<Long> damagedPages) {
    /// Whether nothing was lost or doubtful.
    public boolean isWhole() {
      return lost.isEmpty() && gaps.isEmpty() && damagedPages.isEmpty() && doubtful == 0;
    }
  }

  /// Recovers an inbox into a new file.
  ///
  /// @param to the new file; nothing may have that name
  /// @throws InboxException.Unusable when no entry can be read, a process uses the file, or the new
  ///   file exists already
  public static Report run(Path from, Path to) throws InboxException {
    if (!Files.isRegularFile(from)) {
      throw new InboxException.Unusable(
          "cannot recover the inbox '" + from + "': there is no such file",
          "INBOX_PATH sets where serve keeps it",
          null);
    }
    if (Files.exists(to) || Files.isSymbolicLink(to)) {
      throw new InboxException.Unusable(
          "cannot recover into '" + to + "': the file exists already",
          "name another one with --to; no file is ever overwritten",
          null);
    }
    try (Ownership source = own(from)) {
      return recover(source.path(), to);
    } catch (IOException | SQLException e) {
      throw InboxFile.failure(from, "recover", e);
    }
  }

  private static Ownership own(Path file) throws IOException, InboxException {
    return switch (Ownership.take(file, "inbox recover")) {
      case Ownership.Taken(Ownership taken) -> taken;
      case Ownership.InUse(String owner, boolean _) ->
          throw new InboxException.Unusable(
              "cannot open the inbox '" + file + "': " + owner + " has it",
              "stop that process first: entries that it writes meanwhile would be missing",
              null);
    };
  }

  private static Report recover(Path from, Path to)
      throws IOException, SQLException, InboxException {
    Ownership made = own(to);
    boolean isDone = false;
    try (DatabasePages pages = DatabasePages.open(from);
        Connection target = InboxFile.connectTo(to);
        InboxRecovery recovery = new InboxRecovery(pages, target, to)) {
      Report report = recovery.run();
      if (report.byState().isEmpty()) {
        throw new InboxException.Unusable(
            "cannot recover the inbox '" + from + "': no entry in it can be read",
            "restore it from a copy; Stripe resends events that were not answered 200",
            null);
      }
      isDone = true;
      return report;
    } finally {
      made.close();
      if (!isDone) {
        for (String suffix : List.of("", "-wal", "-shm", ".lock")) {
          Files.deleteIfExists(Ownership.sibling(to, suffix));
        }
      }
    }
  }

  private Report run() throws SQLException, IOException, InboxException {
    makeTables();
    execute("CREATE TEMP TABLE known (sequence INTEGER, event_id TEXT, waiting INTEGER NOT NULL)");
    long highest = 0;
    for (long first = 1; first <= pages.count(); first += INSERTED_AT_ONCE) {
      long from = first;
      highest =
          Math.max(
              highest,
              Transaction.run(
                  target,
                  () -> readPages(from, Math.min(from + INSERTED_AT_ONCE, pages.count() + 1))));
    }
    long last = highest;
    Integer _ = Transaction.run(target, () -> continueAfter(last));
    if (layouts.contains(NOT_MIGRATED)) {
      InboxSchema.prepare(target, to, InboxObserver.NONE);
    }
    findLost();
    damagedPages.addAll(pages.damagedFrames());
    boolean isDamaged = !damagedPages.isEmpty() || !lost.isEmpty();
    Report report =
        new Report(byState(), doubtful(), lost, isDamaged ? gaps() : List.of(), damagedPages);
    execute("DROP TABLE known");
    execute("PRAGMA wal_checkpoint(TRUNCATE)");
    return report;
  }

  /// Creates the damaged file's own tables, so that the new file has its version and is migrated
  /// like any other. If they are unknown, creates this release's tables.
  private void makeTables() throws SQLException, IOException, InboxException {
    ByteBuffer header = ByteBuffer.wrap(pages.page(1));
    Map<String, String> schema = new LinkedHashMap<>();
    for (long number = 1; number <= pages.count() && !schema.containsKey("entry"); number++) {
      TreePage page = new TreePage(pages, number);
      if (page.isTableLeaf()
          && (number == 1 || pages.type(number) == DatabasePages.PageType.TREE)) {
        page.rows().forEach(row -> addToSchema(row, schema));
      }
    }
    boolean isKnown =
        schema.containsKey("entry") && header.getInt(68) == InboxSchema.APPLICATION_ID;
    if (isKnown) {
      execute("PRAGMA auto_vacuum = INCREMENTAL");
      execute("PRAGMA journal_mode = WAL");
      try {
        Integer _ =
            Transaction.run(
                target,
                () -> {
                  for (String sql : schema.values()) {
                    execute(sql);
                  }
                  execute("PRAGMA application_id = " + InboxSchema.APPLICATION_ID);
                  execute("PRAGMA user_version = " + header.getInt(60));
                  return schema.size();
                });
      } catch (SQLException _) {
        isKnown = false;
      }
    }
    if (!isKnown) {
      InboxSchema.prepare(target, to, InboxObserver.NONE);
    }
    boolean isFirst = Statements.number(target, "PRAGMA user_version") == 1;
    boolean isMigrating = schema.containsKey(NOT_MIGRATED.table) && isKnown;
    layouts =
        isFirst ? List.of(FIRST) : isMigrating ? List.of(SECOND, NOT_MIGRATED) : List.of(SECOND);
    if (!isFirst && isKnown) {
      // Replaced if the damaged file's id can be read: then the mark beside it shows what is
      // missing.
      InboxSchema.nameInbox(statements);
    }
    // Rows with a damaged column are recovered, too, and serve parks them.
    execute("PRAGMA ignore_check_constraints = ON");
  }

  /// @param row of SQLite's schema table: type, name, table, root page, SQL
  private static void addToSchema(TreePage.Row row, Map<String, String> schema) {
    Optional<String> name = row.text(1);
    Optional<String> sql = row.text(4);
    boolean isSchema =
        row.values().size() == 5 && row.isWhole() && row.text(0).isPresent() && name.isPresent();
    if (isSchema && sql.isPresent() && !name.get().startsWith("sqlite_")) {
      schema.putIfAbsent(name.get(), sql.get());
    }
  }

  /// @return the highest sequence found
  private long readPages(long from, long to) throws SQLException {
    long highest = 0;
    for (long number = from; number < to; number++) {
      if (pages.isDamagedPointerMap(number)) {
        damagedPages.add(number);
      }
      DatabasePages.PageType type = pages.type(number);
      boolean isTree = type == DatabasePages.PageType.TREE || type == DatabasePages.PageType.ROOT;
      if (pages.isPointerMap(number) || !(isTree || type == DatabasePages.PageType.UNKNOWN)) {
        continue;
      }
      TreePage page = new TreePage(pages, number);
      if (isTree && !page.isSound()) {
        damagedPages.add(number);
      }
      if (page.isTableLeaf()) {
        for (TreePage.Row row : page.rows()) {
          highest = Math.max(highest, recoverRow(row));
        }
      } else if (page.isIndexLeaf()) {
        for (TreePage.Row row : page.rows()) {
          noteIndexRow(row);
        }
      }
    }
    return highest;
  }

  /// @return a sequence that has been used; 0 if the row has none
  private long recoverRow(TreePage.Row row) throws SQLException {
    if (row.values().size() == 2 && row.text(0).filter("inbox_id"::equals).isPresent()) {
      return recoverInboxId(row);
    }
    if (row.values().size() == 2 && row.text(0).filter("entry"::equals).isPresent()) {
      return row.number(1).orElse(0L); // SQLite's own record of the last one.
    }
    if (row.values().size() == LOSS_COLUMNS && layouts.contains(SECOND)) {
      return recoverLoss(row);
    }
    Optional<Layout> found = layouts.stream().filter(each -> each.matches(row)).findFirst();
    Optional<String> eventId = row.text(EVENT_ID_COLUMN);
    if (found.isEmpty() || row.rowId() <= 0 || eventId.isEmpty()) {
      return 0;
    }
    Layout layout = found.get();
    String state = row.text(layout.state()).orElse("");
    if (!row.isWhole()) {
      addKnown(row.rowId(), eventId.get(), state.equals("waiting"));
    } else if (!insert(layout, row)) {
      if (isBetter(layout, row, eventId.get(), state)) {
        remove(layout, row, eventId.get());
        boolean _ = insert(layout, row);
      } else {
        // A copy of it is there already, or the row is invalid and lost.
        addKnown(row.rowId(), eventId.get(), state.equals("waiting"));
      }
    }
    return row.rowId();
  }

  private long recoverInboxId(TreePage.Row row) throws SQLException {
    if (row.isWhole() && row.text(1).isPresent() && !layouts.contains(FIRST)) {
      PreparedStatement update = statements.of("UPDATE meta SET value = ? WHERE name = 'inbox_id'");
      update.setString(1, row.text(1).get());
      update.executeUpdate();
    }
    return 0;
  }

  /// Losses stay acknowledged or not, as they were.
  private long recoverLoss(TreePage.Row row) throws SQLException {
    if (row.isWhole() && row.number(1).isPresent() && row.number(2).isPresent()) {
      PreparedStatement insert =
          statements.of("INSERT OR IGNORE INTO loss VALUES (?, ?, ?, ?, ?, ?)");
      insert.setLong(1, row.rowId());
      for (int i = 1; i < LOSS_COLUMNS; i++) {
        insert.setObject(i + 1, row.values().get(i));
      }
      insert.executeUpdate();
    }
    return 0;
  }

  private boolean insert(Layout layout, TreePage.Row row) throws SQLException {
    PreparedStatement insert =
        statements.of(
            "INSERT OR IGNORE INTO "
                + layout.table()
                + " VALUES ("
                + String.join(", ", Collections.nCopies(layout.columns(), "?"))
                + ")");
    insert.setLong(1, row.rowId());
    for (int i = 1; i < layout.columns(); i++) {
      insert.setObject(i + 1, row.values().get(i));
    }
    return insert.executeUpdate() == 1;
  }

  /// Of two rows of one entry, the settled one is newer. Of two entries with one event id, which
  /// was forgotten in between, the one with the higher sequence is newer.
  private boolean isBetter(Layout layout, TreePage.Row row, String eventId, String state)
      throws SQLException {
    PreparedStatement query = sameAs(layout, row, eventId, "SELECT sequence, state");
    boolean isBetter = false;
    try (ResultSet other = query.executeQuery()) {
      while (other.next()) {
        boolean isSame = other.getLong(1) == row.rowId();
        boolean isBetterThanIt =
            isSame
                ? "waiting".equals(other.getString(2)) && !state.equals("waiting")
                : row.rowId() > other.getLong(1);
        if (!isBetterThanIt) {
          return false;
        }
        isBetter = true;
      }
    }
    return isBetter;
  }

  private void remove(Layout layout, TreePage.Row row, String eventId) throws SQLException {
    sameAs(layout, row, eventId, "DELETE").executeUpdate();
  }

  private PreparedStatement sameAs(Layout layout, TreePage.Row row, String eventId, String verb)
      throws SQLException {
    PreparedStatement statement =
        statements.of(
            verb
                + " FROM "
                + layout.table()
                + " WHERE sequence = ? OR (event_id = ?"
                + (layout.hasCopies() ? " AND copy = ?)" : ")"));
    statement.setLong(1, row.rowId());
    statement.setString(2, eventId);
    if (layout.hasCopies()) {
      statement.setLong(3, row.number(COPY_COLUMN).orElse(1L));
    }
    return statement;
  }

  /// Records an entry that an index has, whose own page may be damaged. The index of ids has the
  /// id, since version 2 the copy, and the sequence. The index of waiting entries has the sequence
  /// twice.
  private void noteIndexRow(TreePage.Row row) throws SQLException {
    int last = row.values().size() - 1;
    Optional<Long> sequence = last < 1 ? Optional.empty() : row.number(last);
    if (last > 2 || sequence.isEmpty()) {
      return;
    }
    Optional<String> text = row.text(0);
    // The index of held entries has the topic, which contains a slash, and the sequence twice.
    boolean isId = last == 1 || text.filter(found -> found.contains("/")).isEmpty();
    if (text.isPresent() && isId) {
      addKnown(sequence.get(), text.get(), false);
    } else if (last == 1 && row.number(0).equals(sequence)) {
      addKnown(sequence.get(), null, true);
    }
  }

  private void addKnown(long sequence, @Nullable String eventId, boolean isWaiting)
      throws SQLException {
    PreparedStatement insert = statements.of("INSERT INTO known VALUES (?, ?, ?)");
    insert.setLong(1, sequence);
    insert.setString(2, eventId);
    insert.setInt(3, isWaiting ? 1 : 0);
    insert.executeUpdate();
  }

  /// No sequence is used twice, not even one whose entry is lost.
  private int continueAfter(long highest) throws SQLException {
    PreparedStatement update =
        statements.of(
            """
            UPDATE sqlite_sequence SET seq = max(seq, ?, coalesce((SELECT max(sequence) FROM known
              WHERE event_id IS NOT NULL), 0)) WHERE name = 'entry'
            """);
    update.setLong(1, highest);
    return update.executeUpdate();
  }

  private void findLost() throws SQLException {
    try (Statement statement = target.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT sequence, max(event_id), max(waiting) FROM known
                WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.sequence = known.sequence)
                  AND (event_id IS NULL
                    OR NOT EXISTS (SELECT 1 FROM entry WHERE entry.event_id = known.event_id))
                GROUP BY sequence ORDER BY sequence
                """)) {
      while (row.next()) {
        Optional<String> eventId = Optional.ofNullable(row.getString(2));
        lost.add(
            new Lost(
                row.getLong(1),
                eventId,
                row.getInt(3) == 1,
                "its page, or one that its body is on, is damaged"));
      }
    }
  }

  private Map<EntryState, Long> byState() throws SQLException {
    Map<EntryState, Long> counts = new EnumMap<>(EntryState.class);
    try (Statement statement = target.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT state, count(*) FROM entry GROUP BY state")) {
      while (row.next()) {
        // The next serve parks entries with an unknown state.
        EntryState state = StateText.parse(row.getString(1)).orElse(EntryState.PARKED);
        counts.merge(state, row.getLong(2), Long::sum);
      }
    }
    return counts;
  }

  /// How many entries are not what was stored. An older version is checked when it is migrated.
  private long doubtful() throws SQLException {
    if (Statements.number(target, "PRAGMA user_version") != InboxSchema.VERSION) {
      return 0;
    }
    long doubtful = 0;
    long after = 0;
    int read = CHECKED_AT_ONCE;
    PreparedStatement query =
        statements.of(
            "SELECT "
                + EntryRows.COLUMNS
                + " FROM entry WHERE sequence > ? ORDER BY sequence LIMIT ?");
    while (read == CHECKED_AT_ONCE) {
      query.setLong(1, after);
      query.setInt(2, CHECKED_AT_ONCE);
      read = 0;
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          read++;
          after = rows.getLong(1);
          doubtful += EntryRows.isIntact(rows) ? 0 : 1;
        }
      }
    }
    return doubtful;
  }

  private List<Gap> gaps() throws SQLException {
    List<Gap> gaps = new ArrayList<>();
    try (Statement statement = target.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                WITH there AS (
                  SELECT sequence FROM entry UNION SELECT sequence FROM known
                  UNION SELECT seq + 1 FROM sqlite_sequence WHERE name = 'entry'
                ), pairs AS (
                  SELECT lag(sequence) OVER (ORDER BY sequence) AS before, sequence FROM there
                )
                SELECT before + 1, sequence - 1 FROM pairs WHERE sequence > before + 1
                ORDER BY 1
                """)) {
      while (row.next()) {
        gaps.add(new Gap(row.getLong(1), row.getLong(2)));
      }
    }
    return gaps;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = target.createStatement()) {
      statement.execute(sql);
    }
  }

  /// Closes the statements only; the caller closes the connection and the pages.
  @Override
  public void close() {
    statements.clear();
  }
}
