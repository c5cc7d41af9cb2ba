package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.EntryRow;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxAdmin.Answer;
import stripebridge.core.inbox.InboxAdmin.EntryFilter;
import stripebridge.core.inbox.InboxAdmin.Outcome;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.InboxContract;

class SqliteInboxAdminTest {
  private static final Instant NOW = InboxContract.NOW;
  private static final EntryFilter ALL =
      new EntryFilter(Optional.empty(), Optional.empty(), Optional.empty());

  @TempDir Path folder;
  private Path path;
  private SqliteInbox inbox;
  private SqliteInboxAdmin admin;

  @BeforeEach
  void open() throws Exception {
    path = folder.resolve("inbox.db");
    openInbox();
    admin = SqliteInboxAdmin.open(path, () -> NOW);
  }

  private void openInbox() throws InboxException {
    inbox = SqliteInbox.open(path, InboxClock.of(() -> NOW), 1_000, Duration.ofHours(1));
  }

  @AfterEach
  void close() {
    admin.close();
    inbox.close();
  }

  private void append(String... ids) throws InboxException {
    for (String id : ids) {
      assertThat(inbox.append(InboxContract.event(id))).isEqualTo(Appended.STORED);
    }
  }

  private List<Claim> claim() throws Exception {
    return inbox.claim(100, Duration.ZERO);
  }

  private void park(Claim claim) throws InboxException {
    inbox.settle(List.of(new Settlement.Parked(claim.sequence(), ParkReason.REFUSED, "too large")));
  }

  private static String id(Claim claim) {
    return ((Claim.Intact) claim).entry().event().id().text();
  }

  /// Leaves the file to its owner, or without an owner.
  private void own(boolean isOwned) {
    if (!isOwned) {
      inbox.close();
    }
  }

  /// A request is in the file without a waiting command, while another connection locks the file.
  @Test
  void carriesOutARequestAfterTheFileWasLockedAndClaimsNothingTwice() throws Exception {
    append("evt_1", "evt_2");
    inbox.settle(
        claim().stream()
            .map(claim ->
                new Settlement.Refused(claim.sequence(), NOW.plusSeconds(9), "slow", false))
            .toList());
    assertThat(admin.retry("evt_1").outcome()).isEqualTo(Outcome.DONE);
    assertThat(claim()).extracting(SqliteInboxAdminTest::id).containsExactly("evt_1");

    try (Statement ours = inbox.writing().createStatement()) {
      ours.execute("PRAGMA busy_timeout = 200");
    }
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + path);
        Statement statement = other.createStatement()) {
      statement.execute(
          "INSERT INTO request (action, event_id, asked_at) VALUES ('retry', 'evt_2', 1)");
      statement.execute("BEGIN IMMEDIATE");
      // The writer gives up on the locked file. It looks for requests between the two probes.
      assertThatThrownBy(() -> inbox.probe()).hasMessageContaining("locked");
      assertThatThrownBy(() -> inbox.probe()).hasMessageContaining("locked");
      statement.execute("ROLLBACK");
    }

    assertThat(inbox.claim(100, Duration.ofSeconds(30)))
        .extracting(SqliteInboxAdminTest::id)
        .containsExactly("evt_2");
  }

  @Test
  void showsTheStateOfEachEntry() throws Exception {
    append("evt_1", "evt_2", "evt_3", "evt_4");
    List<Claim> claims = claim();
    inbox.settle(
        List.of(
            new Settlement.Published(claims.get(0).sequence()),
            new Settlement.Parked(claims.get(1).sequence(), ParkReason.REFUSED, "too large"),
            new Settlement.Refused(
                claims.get(2).sequence(), NOW.plusSeconds(9), "QUEUE_SHUTDOWN: 503", false),
            new Settlement.Held(claims.get(3).sequence(), "a/b")));

    List<EntryRow> rows = admin.list(ALL, 100);

    assertThat(rows)
        .extracting(EntryRow::state)
        .containsExactly(
            EntryState.PUBLISHED, EntryState.PARKED, EntryState.WAITING, EntryState.WAITING);
    assertThat(rows.get(0).bodyBytes()).isZero();
    assertThat(rows.get(1))
        .isEqualTo(
            new EntryRow(
                2,
                "evt_2",
                "payout.failed",
                "acct_1",
                NOW,
                EntryState.PARKED,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.of(NOW),
                "REFUSED",
                "too large",
                14));
    assertThat(rows.get(2).dueAt()).contains(NOW.plusSeconds(9));
    assertThat(rows.get(2).refusals()).isOne();
    assertThat(rows.get(3).heldBehind()).contains("a/b");
    assertThat(admin.body("evt_2").map(body -> new String(body, UTF_8)))
        .contains("{\"id\":\"evt_2\"}");
    assertThat(admin.body("evt_1")).isEmpty();
    assertThat(admin.find("evt_9")).isEmpty();
    assertThat(admin.stats().byState())
        .isEqualTo(Map.of(EntryState.PUBLISHED, 1L, EntryState.PARKED, 1L, EntryState.WAITING, 2L));
    assertThat(admin.stats().parkedByReason()).isEqualTo(Map.of("REFUSED", 1L));
    assertThat(admin.stats().heldByTopic()).isEqualTo(Map.of("a/b", 1L));
  }

  @Test
  void listsMatchingEntries() throws Exception {
    append("evt_1", "evt_2");
    park(claim().getFirst());

    assertThat(
            ids(
                new EntryFilter(
                    Optional.of(EntryState.PARKED), Optional.empty(), Optional.empty())))
        .containsExactly("evt_1");
    assertThat(ids(new EntryFilter(Optional.empty(), Optional.of("payout.*"), Optional.empty())))
        .containsExactly("evt_1", "evt_2");
    assertThat(ids(new EntryFilter(Optional.empty(), Optional.of("payout"), Optional.empty())))
        .isEmpty();
    assertThat(
            ids(
                new EntryFilter(
                    Optional.empty(), Optional.empty(), Optional.of(NOW.plusSeconds(1)))))
        .isEmpty();
    assertThat(admin.list(ALL, 1)).hasSize(1);
  }

  private List<String> ids(EntryFilter filter) throws InboxException {
    return admin.list(filter, 100).stream().map(EntryRow::eventId).toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void retriesAParkedEntry(boolean isOwned) throws Exception {
    append("evt_1", "evt_2");
    List<Claim> claims = claim();
    park(claims.getFirst());
    own(isOwned);

    assertThat(admin.retry("evt_1")).isEqualTo(new Answer(Outcome.DONE, 1));

    if (!isOwned) {
      openInbox();
    }
    List<String> again = InboxContract.ids(claim());
    assertThat(again).contains("evt_1").doesNotHaveDuplicates();
    assertThat(inbox.counts().parked()).isZero();
    assertThat(inbox.counts().waiting()).isEqualTo(2);
    assertThat(claim()).isEmpty();
  }

  /// In several transactions, so that webhooks get in between and the heap stays small.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void retriesThousandsOfParkedEntries(boolean isOwned) throws Exception {
    inbox.close();
    try (Connection connection = InboxFile.connectTo(path)) {
      Statements statements = new Statements(connection);
      statements.inTransaction(() -> {
        for (int i = 1; i <= 4_500; i++) {
          StoredRow row =
              StoredRow.of(i, 1, "evt_" + i, "payout.failed", "", "acct_1", 1, 1, EntryStatus.NEW)
                  .with(EntryStatus.NEW.parked(ParkReason.REFUSED, "too large", 5));
          // The event is checked only when it is claimed.
          EntryRows.insert(statements, row, new byte[0]);
        }
      });
    }
    openInbox();
    own(isOwned);
    assertThat(admin.retryAllParked()).isEqualTo(new Answer(Outcome.DONE, 4_500));
    if (!isOwned) {
      openInbox();
    }
    assertThat(inbox.counts().parked()).isZero();
    assertThat(inbox.counts().waiting()).isEqualTo(4_500);
    assertThat(inbox.claim(5_000, Duration.ZERO)).hasSize(4_500);
  }

  @Test
  void retriesAllParkedEntries() throws Exception {
    append("evt_1", "evt_2", "evt_3");
    for (Claim claim : claim()) {
      park(claim);
    }
    assertThat(admin.retryAllParked()).isEqualTo(new Answer(Outcome.DONE, 3));
    assertThat(InboxContract.ids(claim())).containsExactly("evt_1", "evt_2", "evt_3");
  }

  @Test
  void retriesAnEntryBeforeItsDate() throws Exception {
    append("evt_1");
    inbox.settle(
        List.of(
            new Settlement.Refused(
                claim().getFirst().sequence(), NOW.plusSeconds(9), "full", false)));
    assertThat(claim()).isEmpty();

    assertThat(admin.retry("evt_1")).isEqualTo(new Answer(Outcome.DONE, 1));

    assertThat(InboxContract.ids(claim())).containsExactly("evt_1");
    assertThat(claim()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void discardsAndRemembersTheId(boolean isOwned) throws Exception {
    append("evt_1", "evt_2");
    park(inbox.claim(1, Duration.ZERO).getFirst());
    own(isOwned);

    assertThat(admin.discard("evt_1")).isEqualTo(new Answer(Outcome.DONE, 1));
    // This entry is unclaimed and in the owner's heap, and must not be published from there.
    assertThat(admin.discard("evt_2")).isEqualTo(new Answer(Outcome.DONE, 1));

    if (!isOwned) {
      openInbox();
    }
    assertThat(claim()).isEmpty();
    assertThat(inbox.counts().waiting()).isZero();
    assertThat(inbox.counts().parked()).isZero();
    assertThat(inbox.append(InboxContract.event("evt_1"))).isEqualTo(Appended.DUPLICATE);
    assertThat(admin.find("evt_2").orElseThrow().state()).isEqualTo(EntryState.DISCARDED);
    assertThat(admin.body("evt_2")).isEmpty();
  }

  @Test
  void leavesClaimedEntriesAlone() throws Exception {
    append("evt_1");
    Claim claim = claim().getFirst();

    assertThat(admin.discard("evt_1")).isEqualTo(new Answer(Outcome.IN_FLIGHT, 0));

    inbox.settle(List.of(new Settlement.Published(claim.sequence())));
    assertThat(admin.discard("evt_1")).isEqualTo(new Answer(Outcome.NOT_APPLICABLE, 0));
    assertThat(admin.retry("evt_1")).isEqualTo(new Answer(Outcome.NOT_APPLICABLE, 0));
    assertThat(admin.retry("evt_9")).isEqualTo(new Answer(Outcome.NOT_FOUND, 0));
  }

  @Test
  void keepsTheOrderOfEntriesAfterARequest() throws Exception {
    append("evt_1", "evt_2", "evt_3");
    assertThat(admin.discard("evt_2").outcome()).isEqualTo(Outcome.DONE);
    append("evt_4");
    assertThat(InboxContract.ids(claim())).containsExactly("evt_1", "evt_3", "evt_4");
  }

  @Test
  void createsNoFile() {
    Path none = folder.resolve("none.db");
    assertThatThrownBy(() -> SqliteInboxAdmin.open(none, () -> NOW).close())
        .isInstanceOf(InboxException.Unusable.class)
        .hasMessageContaining("there is no such file");
    assertThat(none).doesNotExist();
  }
}
