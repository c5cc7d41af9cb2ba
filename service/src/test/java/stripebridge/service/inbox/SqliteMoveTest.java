package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.InboxContract;

/// Different events with one id stay different entries in the target of a move.
class SqliteMoveTest {
  @TempDir private Path folder;

  private SqliteInbox open(String name) throws Exception {
    return SqliteInbox.open(
        folder.resolve(name), InboxClock.of(() -> InboxContract.NOW), 100, Duration.ofHours(1));
  }

  private void sql(String... queries) throws SQLException {
    try (Connection connection = InboxFile.connectTo(folder.resolve("from.db"));
        Statement statement = connection.createStatement()) {
      for (String query : queries) {
        statement.execute(query);
      }
    }
  }

  @Test
  void keepsAnEntryWhoseIdADamagedEntryHas() throws Exception {
    try (SqliteInbox inbox = open("from.db")) {
      for (int i = 1; i <= 3; i++) {
        inbox.append(InboxContract.event("evt_" + i));
      }
    }
    sql(
        "DROP INDEX entry_id",
        "UPDATE entry SET event_id = 'evt_2' WHERE sequence = 1",
        "UPDATE entry SET copy = 2 WHERE sequence = 2");
    sql("CREATE UNIQUE INDEX entry_id ON entry (event_id, copy)");
    try (SqliteMoveEndpoint from = SqliteMoveEndpoint.open(folder.resolve("from.db"));
        SqliteMoveEndpoint to = SqliteMoveEndpoint.open(folder.resolve("to.db"))) {
      assertThat(InboxMove.run(from, to).known()).isZero();
    }
    try (SqliteInbox inbox = open("to.db")) {
      assertThat(inbox.counts().waiting() + inbox.counts().parked()).isEqualTo(3);
    }
  }

  @Test
  void storesAnEventOnceThatIsMovedTwice() throws Exception {
    for (String name : List.of("from.db", "to.db")) {
      try (SqliteInbox inbox = open(name)) {
        inbox.append(InboxContract.event("evt_1"));
        inbox.append(InboxContract.event("evt_2"));
        List<Claim> claims = inbox.claim(1, Duration.ZERO);
        inbox.settle(
            List.of(
                new Settlement.Parked(
                    claims.getFirst().sequence(), ParkReason.REFUSED, "too large")));
      }
    }
    try (SqliteMoveEndpoint from = SqliteMoveEndpoint.open(folder.resolve("from.db"));
        SqliteMoveEndpoint to = SqliteMoveEndpoint.open(folder.resolve("to.db"))) {
      assertThat(InboxMove.run(from, to).known()).isEqualTo(2);
    }
    try (SqliteInbox inbox = open("to.db")) {
      assertThat(inbox.counts().waiting() + inbox.counts().parked()).isEqualTo(2);
    }
  }

  private static ReceivedEvent about(String id, String objectId) {
    ReceivedEvent event = InboxContract.event(id);
    return new ReceivedEvent(
        event.id(),
        event.type(),
        objectId,
        event.account(),
        event.receivedAt(),
        "{\"id\":\"%s\",\"type\":\"%s\"}".formatted(id, event.type()).getBytes(UTF_8));
  }

  @Test
  void parksADifferentEventWhoseIdTheTargetKnows() throws Exception {
    try (SqliteInbox inbox = open("to.db")) {
      inbox.append(about("evt_1", "po_1"));
    }
    for (int again = 0; again < 2; again++) {
      try (SqliteInbox inbox = open("from.db")) {
        inbox.append(about("evt_1", "po_2"));
        inbox.append(about("evt_2", "po_3"));
      }
      try (SqliteMoveEndpoint from = SqliteMoveEndpoint.open(folder.resolve("from.db"));
          SqliteMoveEndpoint to = SqliteMoveEndpoint.open(folder.resolve("to.db"))) {
        assertThat(InboxMove.run(from, to).known()).isEqualTo(again == 0 ? 0 : 2);
      }
    }
    try (SqliteInbox inbox = open("to.db")) {
      assertThat(inbox.counts().waiting()).isEqualTo(2);
      assertThat(inbox.counts().parked()).isEqualTo(1);
      assertThat(inbox.append(about("evt_1", "po_2"))).isEqualTo(Appended.DUPLICATE);
    }
    try (SqliteInboxAdmin admin =
        SqliteInboxAdmin.open(folder.resolve("to.db"), InstantSource.system())) {
      assertThat(admin.retry("evt_1-2").count()).isOne();
    }
    try (SqliteInbox inbox = open("to.db")) {
      assertThat(inbox.claim(9, Duration.ZERO)).hasSize(3).allMatch(Claim.Intact.class::isInstance);
    }
  }

  private static ReceivedEvent of(String objectId) {
    return about("evt_1", objectId);
  }

  private void append(String file, ReceivedEvent... events) throws Exception {
    try (SqliteInbox inbox = open(file)) {
      for (ReceivedEvent event : events) {
        inbox.append(event);
      }
    }
  }

  private long move() throws Exception {
    try (SqliteMoveEndpoint from = SqliteMoveEndpoint.open(folder.resolve("from.db"));
        SqliteMoveEndpoint to = SqliteMoveEndpoint.open(folder.resolve("to.db"))) {
      return InboxMove.run(from, to).known();
    }
  }

  /// The two events came in another order there.
  @Test
  void recognizesAnEventThatHasAFurtherIdInTheTarget() throws Exception {
    append("from.db", of("po_1"), of("po_2"));
    append("to.db", of("po_2"), of("po_1"));

    assertThat(move()).isEqualTo(2);
    try (SqliteInbox inbox = open("to.db")) {
      assertThat(inbox.counts().waiting() + inbox.counts().parked()).isEqualTo(2);
    }
  }

  @Test
  void givesAFurtherIdThatTheNextDeliveryFinds() throws Exception {
    append("from.db", of("po_1"), of("po_2"));
    append("to.db", of("po_3"));

    assertThat(move()).isZero();
    try (SqliteInbox inbox = open("to.db")) {
      assertThat(inbox.append(of("po_1"))).isEqualTo(Appended.DUPLICATE);
      assertThat(inbox.append(of("po_2"))).isEqualTo(Appended.DUPLICATE);
      assertThat(inbox.counts().parked()).isEqualTo(2);
    }
  }
}
