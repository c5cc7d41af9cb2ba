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

/// Writes what can be read of a damaged inbox into a new one, which a serve can open. It goes page
/// by page, so that whatever is on an undamaged page comes through, and tells what did not; the
/// damaged file and its log are only read.
///
/// Not thread-safe.
public final class InboxRecovery implements AutoCloseable {
  private static final Layout FIRST = new Layout("entry", 15, 5);
  private static final Layout SECOND = new Layout("entry", 18, 8);

  // Where a migration has not come to.
  private static final Layout NOT_MIGRATED = new Layout("entry_1", 15, 5);

  private static final int EVENT_ID_COLUMN = 1;
  private static final int COPY_COLUMN = 2;
  private static final int INSERTED_AT_ONCE = 500;
  private static final int CHECKED_AT_ONCE = 50;

  // As many as an entry of no version has.
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

  /// How a version has an entry in a row.
  ///
  /// @param state the column that has it
  private record Layout(String table, int columns, int state) {
    boolean hasCopies() {
      return state == SECOND.state;
    }

    /// By the number of columns, which no other table has: whatever a flipped bit has made of the
    /// state comes through.
    boolean has(TreePage.Row row) {
      return row.values().size() == columns && row.text(EVENT_ID_COLUMN).isPresent();
    }
  }

  /// An entry that is known to have been there.
  ///
  /// @param eventId absent when only its number is known
  /// @param isWaiting whether it is known to have been waiting; what was published may be gone
  /// @param why what was seen
  public record Lost(long sequence, Optional<String> eventId, boolean isWaiting, String why) {}

  /// Sequences without any trace: forgotten after their time, or lost with all that knew of them.
  public record Gap(long first, long last) {}

  /// What came of it.
  ///
  /// @param byState how many entries of each state were written
  /// @param doubtful of them, those whose content is not what was stored: a serve parks them
  /// @param damagedPages that are no pages of a table or an index, and should be
  public record Report(
      Map<EntryState, Long> byState,
      long doubtful,
      List<Lost> lost,
      List<Gap> gaps,
      List<Long> damagedPages) {
    /// Whether all that the file ever promised is in the new one.
    public boolean isWhole() {
      return lost.isEmpty() && gaps.isEmpty() && damagedPages.isEmpty() && doubtful == 0;
    }
  }

  /// Does it.
  ///
  /// @param to made by this; nothing may have the name
  /// @throws InboxException.Unusable when there is nothing to read, somebody uses the file, or the
  ///   new one is there already
  public static Report run(Path from, Path to) throws InboxException {
    if (!Files.isRegularFile(from)) {
      throw new InboxException.Unusable(
          "cannot recover the inbox '" + from + "': there is no such file",
          "INBOX_PATH says where serve keeps it",
          null);
    }
    if (Files.exists(to) || Files.isSymbolicLink(to)) {
      throw new InboxException.Unusable(
          "cannot recover into '" + to + "': there is such a file already",
          "name another one with --to; nothing is ever written over",
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
      case Ownership.InUse(String who, boolean _) ->
          throw new InboxException.Unusable(
              "cannot open the inbox '" + file + "': " + who + " has it",
              "stop that one first: what it writes meanwhile would be missing",
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
            "cannot recover the inbox '" + from + "': no entry can be read in it",
            "restore it from a copy; Stripe sends again what was not answered",
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
    var _ = Transaction.run(target, () -> continueAfter(last));
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

  /// As the damaged file had them, so that the new one is of its version and is brought up to date
  /// as any other; else as this release has them.
  private void makeTables() throws SQLException, IOException, InboxException {
    ByteBuffer header = ByteBuffer.wrap(pages.page(1));
    Map<String, String> schema = new LinkedHashMap<>();
    for (long number = 1; number <= pages.count() && !schema.containsKey("entry"); number++) {
      TreePage page = new TreePage(pages, number);
      if (page.isTableLeaf() && (number == 1 || pages.type(number) == DatabasePages.PageType.TREE)) {
        page.rows().forEach(row -> addToSchema(row, schema));
      }
    }
    boolean isKnown =
        schema.containsKey("entry") && header.getInt(68) == InboxSchema.APPLICATION_ID;
    if (isKnown) {
      execute("PRAGMA auto_vacuum = INCREMENTAL");
      execute("PRAGMA journal_mode = WAL");
      try {
        var _ =
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
    boolean isFirst = InboxWriter.number(target, "PRAGMA user_version") == 1;
    boolean isMigrating = schema.containsKey(NOT_MIGRATED.table) && isKnown;
    layouts =
        isFirst ? List.of(FIRST) : isMigrating ? List.of(SECOND, NOT_MIGRATED) : List.of(SECOND);
    if (!isFirst && isKnown) {
      // Until the damaged file says which it was: then the mark beside it tells what is missing.
      InboxSchema.nameInbox(statements);
    }
    // What a flipped bit has made of a column comes through, and a serve parks it.
    execute("PRAGMA ignore_check_constraints = ON");
  }

  /// A row of the schema's table: type, name, table, root page, SQL.
  private static void addToSchema(TreePage.Row row, Map<String, String> schema) {
    Optional<String> name = row.text(1);
    Optional<String> sql = row.text(4);
    boolean isSchema =
        row.values().size() == 5 && row.isWhole() && row.text(0).isPresent() && name.isPresent();
    if (isSchema && sql.isPresent() && !name.get().startsWith("sqlite_")) {
      schema.putIfAbsent(name.get(), sql.get());
    }
  }

  /// @return the highest sequence that was met
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
          highest = Math.max(highest, take(row));
        }
      } else if (page.isIndexLeaf()) {
        for (TreePage.Row row : page.rows()) {
          note(row);
        }
      }
    }
    return highest;
  }

  /// @return a sequence that has been used
  private long take(TreePage.Row row) throws SQLException {
    if (row.values().size() == 2 && row.text(0).filter("inbox_id"::equals).isPresent()) {
      return takeInboxId(row);
    }
    if (row.values().size() == 2 && row.text(0).filter("entry"::equals).isPresent()) {
      return row.number(1).orElse(0L); // SQLite's own note of the last one.
    }
    if (row.values().size() == LOSS_COLUMNS && layouts.contains(SECOND)) {
      return takeLoss(row);
    }
    Optional<Layout> found = layouts.stream().filter(each -> each.has(row)).findFirst();
    Optional<String> eventId = row.text(EVENT_ID_COLUMN);
    if (found.isEmpty() || row.rowId() <= 0 || eventId.isEmpty()) {
      return 0;
    }
    Layout layout = found.get();
    String state = row.text(layout.state()).orElse("");
    if (!row.isWhole()) {
      know(row.rowId(), eventId.get(), state.equals("waiting"));
    } else if (!insert(layout, row)) {
      if (isBetter(layout, row, eventId.get(), state)) {
        remove(layout, row, eventId.get());
        var _ = insert(layout, row);
      } else {
        // It is there, or is something that cannot be: then it is lost.
        know(row.rowId(), eventId.get(), state.equals("waiting"));
      }
    }
    return row.rowId();
  }

  private long takeInboxId(TreePage.Row row) throws SQLException {
    if (row.isWhole() && row.text(1).isPresent() && !layouts.contains(FIRST)) {
      PreparedStatement update = statements.of("UPDATE meta SET value = ? WHERE name = 'inbox_id'");
      update.setString(1, row.text(1).get());
      update.executeUpdate();
    }
    return 0;
  }

  /// What nobody has acknowledged stays so.
  private long takeLoss(TreePage.Row row) throws SQLException {
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

  /// Of two rows of one entry the later one counts, which is the settled one; of two entries of one
  /// event id, which was forgotten in between, the one with the higher number.
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

  /// What an index says of an entry, whose own page may be damaged: the id, since version 2 the
  /// number among those that have it, and the sequence; or, of what waits, the sequence twice.
  private void note(TreePage.Row row) throws SQLException {
    int last = row.values().size() - 1;
    Optional<Long> sequence = last < 1 ? Optional.empty() : row.number(last);
    if (last > 2 || sequence.isEmpty()) {
      return;
    }
    Optional<String> text = row.text(0);
    // Of what is held it is the topic, and the sequence twice.
    boolean isId = last == 1 || text.filter(found -> found.contains("/")).isEmpty();
    if (text.isPresent() && isId) {
      know(sequence.get(), text.get(), false);
    } else if (last == 1 && row.number(0).equals(sequence)) {
      know(sequence.get(), null, true);
    }
  }

  private void know(long sequence, @Nullable String eventId, boolean isWaiting)
      throws SQLException {
    PreparedStatement insert = statements.of("INSERT INTO known VALUES (?, ?, ?)");
    insert.setLong(1, sequence);
    insert.setString(2, eventId);
    insert.setInt(3, isWaiting ? 1 : 0);
    insert.executeUpdate();
  }

  /// No number is given twice, not even one whose entry is lost.
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
        counts.merge(state(row.getString(1)), row.getLong(2), Long::sum);
      }
    }
    return counts;
  }

  /// What is none is parked by the next serve.
  private static EntryState state(@Nullable String text) {
    for (EntryState state : EntryState.values()) {
      if (EntryStatus.text(state).equals(text)) {
        return state;
      }
    }
    return EntryState.PARKED;
  }

  /// An older version is checked when it is brought up to date.
  private long doubtful() throws SQLException {
    if (InboxWriter.number(target, "PRAGMA user_version") != InboxSchema.VERSION) {
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

  /// Its statements; what it was given has others to close it.
  @Override
  public void close() {
    statements.clear();
  }
}
