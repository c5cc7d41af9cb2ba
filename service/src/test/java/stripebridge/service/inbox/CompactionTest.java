package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.InboxContract;

class CompactionTest {
  private static final int ENTRIES = 2_000;

  @TempDir Path folder;

  private void fillAndPublish(Path path) throws Exception {
    try (SqliteInbox inbox =
        SqliteInbox.open(
            path, InboxClock.of(() -> InboxContract.NOW), 100_000, Duration.ofHours(1))) {
      byte[] body = ("{\"x\":\"" + "x".repeat(900) + "\"}").getBytes(UTF_8);
      IntStream.range(0, ENTRIES)
          .parallel()
          .forEach(i -> {
            try {
              Appended _ =
                  inbox.append(
                      new ReceivedEvent(
                          new EventId("evt_" + i),
                          new EventType("charge.succeeded"),
                          "acct_1",
                          InboxContract.NOW,
                          body));
            } catch (InboxException e) {
              throw new AssertionError(e);
            }
          });
      // Every hundredth entry keeps waiting.
      inbox.settle(
          inbox.claim(ENTRIES, Duration.ZERO).stream()
              .filter(claim -> claim.sequence() % 100 != 0)
              .map(claim -> new Settlement.Published(claim.sequence()))
              .toList());
    }
  }

  private static List<String> rows(Connection connection) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT *, hex(body) FROM entry ORDER BY sequence")) {
      int columns = row.getMetaData().getColumnCount();
      while (row.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          values.add(i == 7 ? "" : String.valueOf(row.getString(i)));
        }
        rows.add(String.join("|", values));
      }
    }
    return rows;
  }

  @Test
  void freesThePagesOfDroppedBodiesAndChangesNoRow() throws Exception {
    Path path = folder.resolve("inbox.db");
    fillAndPublish(path);
    try (Connection connection = InboxFile.connectTo(path)) {
      List<String> before = rows(connection);
      long pages = Statements.number(connection, "PRAGMA page_count");
      long unused = Statements.number(connection, "PRAGMA freelist_count");
      assertThat(unused).as("pages that SQLite frees by itself").isLessThan(pages / 10);

      Compaction compaction = new Compaction(connection, Duration.ofDays(1));
      int steps = 0;
      while (compaction.step()) {
        steps++;
      }
      assertThat(steps).isEqualTo(8);
      assertThat(rows(connection)).isEqualTo(before).hasSize(ENTRIES);
      assertThat(Statements.number(connection, "PRAGMA freelist_count")).isGreaterThan(pages / 2);
      assertThat(compaction.step()).as("before another pass is due").isFalse();
    }
  }
}
