package stripebridge.service.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.testing.InboxContract;

/// SQLite ends a transaction by itself when the disk is full; here, triggers do the same.
class TransactionTest {
  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void open() throws Exception {
    path = folder.resolve("inbox.db");
    try (SqliteInbox inbox =
        SqliteInbox.open(
            path, InboxClock.of(() -> InboxContract.NOW), 1_000, Duration.ofHours(1))) {
      inbox.append(InboxContract.event("evt_1"));
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TRIGGER full_1 BEFORE INSERT ON entry BEGIN SELECT RAISE(ROLLBACK, 'disk full');"
              + " END");
      statement.execute(
          "CREATE TRIGGER full_2 BEFORE UPDATE ON entry BEGIN SELECT RAISE(ROLLBACK, 'disk full');"
              + " END");
    }
  }

  @Test
  void reportsTheFirstFailureInAMove() throws Exception {
    try (SqliteMoveEndpoint target = SqliteMoveEndpoint.open(path)) {
      MovedEntry entry =
          new MovedEntry(
              EntryState.WAITING,
              9,
              "evt_9",
              "a.b",
              "",
              "acct_1",
              1,
              new byte[1],
              2,
              0,
              0,
              0,
              "",
              "");
      assertThatThrownBy(() -> target.take(List.of(entry)))
          .hasMessageContaining("disk full")
          .hasMessageNotContaining("no transaction is active");
      assertThat(target.first(10)).hasSize(1);
    }
  }

  @Test
  void reportsTheFirstFailureInAnOperatorsCommand() throws Exception {
    try (SqliteInboxAdmin admin = SqliteInboxAdmin.open(path, () -> InboxContract.NOW)) {
      assertThatThrownBy(() -> admin.discard("evt_1"))
          .hasMessageContaining("disk full")
          .hasMessageNotContaining("no transaction is active");
      assertThat(admin.find("evt_1").orElseThrow().state()).isEqualTo(EntryState.WAITING);
    }
  }
}
