package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

class RedisInboxAdminTest {
  private static final Instant NOW = InboxContract.NOW;
  private static final Duration ID_MEMORY = Duration.ofHours(1);
  private static final EntryFilter ALL =
      new EntryFilter(Optional.empty(), Optional.empty(), Optional.empty());

  @TempDir private static Path folder;
  private static RedisProcess redis;

  private final String prefix = UUID.randomUUID() + "[*]:";
  private RedisInbox inbox;
  private RedisInboxAdmin admin;

  @BeforeAll
  static void start() throws Exception {
    redis = RedisProcess.start(folder);
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @BeforeEach
  void open() throws Exception {
    inbox =
        RedisInbox.open(RedisSettings.of(redis.url(), prefix), folder, () -> NOW, 1_000, ID_MEMORY);
    admin =
        RedisInboxAdmin.open(RedisSettings.of(redis.url(), prefix), folder, () -> NOW, ID_MEMORY);
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

  private List<String> claimedIds() throws Exception {
    return claim().stream()
        .map(claim -> ((Claim.Intact) claim).entry().event().id().text())
        .toList();
  }

  private void park(Claim claim) throws InboxException {
    inbox.settle(List.of(new Settlement.Parked(claim.sequence(), ParkReason.REFUSED, "too large")));
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
    assertThat(rows.get(0).eventType()).isEqualTo("payout.failed");
    assertThat(rows.get(1))
        .isEqualTo(
            new EntryRow(
                claims.get(1).sequence(),
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
    assertThat(rows.get(2).reason()).isEqualTo("QUEUE_SHUTDOWN: 503");
    assertThat(rows.get(2).refusals()).isOne();
    assertThat(rows.get(3).heldBehind()).contains("a/b");
    for (EntryRow row : rows) {
      assertThat(admin.find(row.eventId())).contains(row);
    }
    assertThat(admin.body("evt_2").map(body -> new String(body, UTF_8)))
        .contains("{\"id\":\"evt_2\"}");
    assertThat(admin.body("evt_1")).isEmpty();
    assertThat(admin.find("evt_9")).isEmpty();
    assertThat(admin.stats().byState())
        .isEqualTo(Map.of(EntryState.PUBLISHED, 1L, EntryState.PARKED, 1L, EntryState.WAITING, 2L));
    assertThat(admin.stats().parkedByReason()).isEqualTo(Map.of("REFUSED", 1L));
    assertThat(admin.stats().heldByTopic()).isEqualTo(Map.of("a/b", 1L));
    assertThat(admin.stats().oldestWaiting()).contains(NOW);
    assertThat(admin.stats().bytes()).isPositive();
  }

  @Test
  void listsMatchingEntriesInOrderOfAcceptance() throws Exception {
    for (int i = 0; i < 450; i++) {
      append("evt_" + i);
    }
    List<Claim> claims = claim();
    park(claims.get(7));
    inbox.settle(List.of(new Settlement.Published(claims.get(3).sequence())));

    assertThat(
            ids(
                new EntryFilter(
                    Optional.of(EntryState.PARKED), Optional.empty(), Optional.empty())))
        .containsExactly("evt_7");
    assertThat(admin.list(ALL, 9))
        .extracting(EntryRow::eventId)
        .containsExactly(
            "evt_0", "evt_1", "evt_2", "evt_3", "evt_4", "evt_5", "evt_6", "evt_7", "evt_8");
    assertThat(ids(new EntryFilter(Optional.empty(), Optional.of("payout.*"), Optional.empty())))
        .hasSize(450);
    assertThat(ids(new EntryFilter(Optional.empty(), Optional.of("payout"), Optional.empty())))
        .isEmpty();
    assertThat(
            ids(
                new EntryFilter(
                    Optional.empty(), Optional.empty(), Optional.of(NOW.plusSeconds(1)))))
        .isEmpty();
  }

  private List<String> ids(EntryFilter filter) throws InboxException {
    return admin.list(filter, 1_000).stream().map(EntryRow::eventId).toList();
  }

  @Test
  void retriesParkedEntries() throws Exception {
    append("evt_1", "evt_2", "evt_3");
    for (Claim claim : claim()) {
      park(claim);
    }
    assertThat(admin.retry("evt_2")).isEqualTo(new Answer(Outcome.DONE, 1));
    assertThat(claimedIds()).containsExactly("evt_2");
    assertThat(admin.retryAllParked()).isEqualTo(new Answer(Outcome.DONE, 2));
    assertThat(claimedIds()).containsExactly("evt_1", "evt_3");
    assertThat(inbox.counts().parked()).isZero();
    assertThat(inbox.append(InboxContract.event("evt_1"))).isEqualTo(Appended.DUPLICATE);
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

    assertThat(claimedIds()).containsExactly("evt_1");
    assertThat(claim()).isEmpty();
  }

  @Test
  void discardsAndRemembersTheId() throws Exception {
    append("evt_1", "evt_2", "evt_3");
    List<Claim> claims = inbox.claim(2, Duration.ZERO);
    park(claims.getFirst());
    inbox.settle(List.of(new Settlement.Held(claims.getLast().sequence(), "a/b")));

    assertThat(admin.discard("evt_1")).isEqualTo(new Answer(Outcome.DONE, 1));
    assertThat(admin.discard("evt_2")).isEqualTo(new Answer(Outcome.DONE, 1));
    assertThat(admin.discard("evt_3")).isEqualTo(new Answer(Outcome.DONE, 1));

    assertThat(claim()).isEmpty();
    assertThat(inbox.claimHeld("a/b", 1)).isEmpty();
    assertThat(inbox.counts().waiting()).isZero();
    assertThat(inbox.counts().parked()).isZero();
    assertThat(inbox.append(InboxContract.event("evt_1"))).isEqualTo(Appended.DUPLICATE);
    assertThat(admin.find("evt_2").orElseThrow().state()).isEqualTo(EntryState.DISCARDED);
    assertThat(admin.body("evt_2")).isEmpty();
    assertThat(redis.command("PTTL", prefix + "{inbox}:id:evt_2")).isNotEqualTo("-1");
  }

  @Test
  void leavesClaimedEntriesAlone() throws Exception {
    append("evt_1");
    Claim claim = claim().getFirst();

    assertThat(admin.discard("evt_1")).isEqualTo(new Answer(Outcome.IN_FLIGHT, 0));
    assertThat(admin.retry("evt_1")).isEqualTo(new Answer(Outcome.NOT_APPLICABLE, 0));

    inbox.settle(List.of(new Settlement.Published(claim.sequence())));
    assertThat(admin.discard("evt_1")).isEqualTo(new Answer(Outcome.NOT_APPLICABLE, 0));
    assertThat(admin.retry("evt_1")).isEqualTo(new Answer(Outcome.NOT_APPLICABLE, 0));
    assertThat(admin.retry("evt_9")).isEqualTo(new Answer(Outcome.NOT_FOUND, 0));
    assertThat(admin.discard("evt_9")).isEqualTo(new Answer(Outcome.NOT_FOUND, 0));
  }

  @Test
  void createsNoInbox() {
    assertThatThrownBy(() ->
            RedisInboxAdmin.open(
                    RedisSettings.of(redis.url(), "none:"), folder, () -> NOW, ID_MEMORY)
                .close())
        .isInstanceOf(InboxException.Unusable.class)
        .hasMessageContaining("no inbox has keys that begin with 'none:'");
    assertThat(redis.command("KEYS", "none:*")).isEmpty();
  }
}
