package stripebridge.service.inbox.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.InboxContract;
import stripebridge.core.testing.Operator;
import stripebridge.service.inbox.InboxClock;

class RedisInboxTest extends InboxContract {
  private static final Duration MAX = Duration.ofSeconds(30);
  private static final Duration SHORT_LEASE = Duration.ofMillis(600);

  @TempDir private static Path folder;
  private static RedisProcess redis;

  private final String prefix = UUID.randomUUID() + ":";

  @BeforeAll
  static void start() throws Exception {
    redis = RedisProcess.start(folder);
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @Override
  protected Inbox open(int waitingMax) throws Exception {
    return open(waitingMax, ID_MEMORY, RedisInbox.LEASE);
  }

  @Override
  protected Operator operator() throws Exception {
    return Operator.of(
        RedisInboxAdmin.open(RedisSettings.of(redis.url(), prefix), folder, () -> now, ID_MEMORY));
  }

  private RedisInbox open(int waitingMax, Duration idMemory, Duration lease) throws Exception {
    return RedisInbox.open(
        RedisSettings.of(redis.url(), prefix), folder, () -> now, waitingMax, idMemory, lease);
  }

  private RedisInbox another(Duration lease) throws Exception {
    return open(WAITING_MAX, ID_MEMORY, lease);
  }

  private String key(String name) {
    return prefix + "{inbox}:" + name;
  }

  private static List<Claim> await(Inbox inbox, int count) throws Exception {
    Instant deadline = Instant.now().plus(MAX);
    List<Claim> found = new ArrayList<>();
    while (found.size() < count) {
      assertThat(Instant.now()).isBefore(deadline);
      found.addAll(inbox.claim(count - found.size(), Duration.ofMillis(100)));
    }
    return found;
  }

  @Test
  void sharesEntriesWithAnotherReplica() throws Exception {
    try (RedisInbox other = another(RedisInbox.LEASE)) {
      append("evt_1", "evt_2", "evt_3");
      assertThat(ids(inbox.claim(2, Duration.ZERO))).containsExactly("evt_1", "evt_2");
      assertThat(ids(other.claim(2, Duration.ZERO))).containsExactly("evt_3");
      assertThat(other.append(event("evt_1"))).isEqualTo(Appended.DUPLICATE);
      assertThat(other.counts()).isEqualTo(inbox.counts());
    }
    // The other one gave it back when it closed.
    assertThat(ids(claim())).containsExactly("evt_3");
  }

  @Test
  void takesOverFromAReplicaThatDoesNotRenewItsLease() throws Exception {
    append("evt_1", "evt_2");
    // A dead replica's claim: nobody renews it.
    redis.command(
        "XREADGROUP", "GROUP", "relay", "dead", "COUNT", "1", "STREAMS", key("stream"), ">");
    assertThat(ids(claim())).containsExactly("evt_2");
    try (RedisInbox other = another(SHORT_LEASE)) {
      List<Claim> found = await(other, 1);
      assertThat(ids(found)).containsExactly("evt_1");
    }
  }

  @Test
  void keepsAClaimWhileItRenewsItsLease() throws Exception {
    try (RedisInbox one = another(SHORT_LEASE);
        RedisInbox other = another(SHORT_LEASE)) {
      append("evt_1");
      List<Claim> claims = one.claim(1, Duration.ZERO);
      assertThat(other.claim(1, SHORT_LEASE.multipliedBy(4))).isEmpty();
      one.settle(List.of(new Settlement.Published(claims.getFirst().sequence())));
      assertThat(one.counts().waiting()).isZero();
    }
  }

  @Test
  void settlesNothingAfterItLostItsLease() throws Exception {
    append("evt_1", "evt_2", "evt_3", "evt_4");
    List<Claim> lost = claim();
    for (Claim claim : lost) {
      redis.command(
          "XCLAIM", key("stream"), "relay", "other", "0", claim.sequence() + "-0", "JUSTID");
    }
    inbox.settle(
        List.of(
            new Settlement.Published(lost.get(0).sequence()),
            new Settlement.Parked(lost.get(1).sequence(), ParkReason.REFUSED, "late"),
            new Settlement.Held(lost.get(2).sequence(), "a/b"),
            new Settlement.Refused(lost.get(3).sequence(), NOW, "late", true)));

    assertThat(inbox.counts().waiting()).isEqualTo(4);
    assertThat(inbox.counts().parked()).isZero();
    assertThat(inbox.heldBehind()).isEmpty();
    assertThat(redis.command("XPENDING", key("stream"), "relay")).contains("other\n4");
  }

  @Test
  void freesTheTopicsOfADeadReplica() throws Exception {
    append("evt_1", "evt_2");
    List<Claim> claims = claim();
    inbox.settle(
        claims.stream().map(claim -> new Settlement.Held(claim.sequence(), "a/b")).toList());
    try (RedisInbox other = another(SHORT_LEASE)) {
      List<Claim> found = new ArrayList<>();
      Instant deadline = Instant.now().plus(MAX);
      while (found.size() < 2) {
        assertThat(Instant.now()).isBefore(deadline);
        // Repeatedly: the other replica is not really dead and renews its lease.
        redis.command("ZADD", key("topics"), "XX", "1", "a/b");
        found.addAll(other.claim(2 - found.size(), Duration.ofMillis(100)));
      }
      assertThat(ids(found)).containsExactly("evt_1", "evt_2");
      assertThat(other.heldBehind()).isEmpty();
    }
  }

  @Test
  void keepsAHeldEntryBehindItsTopicWhenItsClaimerDies() throws Exception {
    append("evt_1");
    inbox.settle(List.of(new Settlement.Held(claim().getFirst().sequence(), "a/b")));
    List<Claim> claims = inbox.claimHeld("a/b", 1);
    redis.command(
        "XCLAIM",
        key("stream"),
        "relay",
        "dead",
        "0",
        claims.getFirst().sequence() + "-0",
        "IDLE",
        "600000");
    try (RedisInbox other = another(SHORT_LEASE)) {
      Instant deadline = Instant.now().plus(MAX);
      while (!other.heldBehind().contains("a/b")) {
        assertThat(Instant.now()).isBefore(deadline);
      }
      assertThat(ids(other.claimHeld("a/b", 1))).containsExactly("evt_1");
    }
  }

  @Test
  void forgetsAnIdByTheExpiryOfItsKey() throws Exception {
    try (RedisInbox brief = open(WAITING_MAX, Duration.ofMillis(200), RedisInbox.LEASE)) {
      append("evt_1");
      brief.settle(
          List.of(new Settlement.Published(brief.claim(1, Duration.ZERO).getFirst().sequence())));
      assertThat(redis.command("PTTL", key("id:evt_1"))).isNotEqualTo("-1");
      Instant deadline = Instant.now().plus(MAX);
      while (brief.append(event("evt_1")).equals(Appended.DUPLICATE)) {
        assertThat(Instant.now()).isBefore(deadline);
      }
    }
  }

  /// When nothing waits and nothing is parked, only one key of each of these kinds has no expiry.
  @Test
  void leavesNoKeysBehind() throws Exception {
    for (int round = 0; round < 3; round++) {
      append("evt_a" + round, "evt_b" + round, "evt_c" + round, "evt_d" + round);
      List<Claim> claims = claim();
      inbox.settle(
          List.of(
              new Settlement.Published(claims.get(0).sequence()),
              new Settlement.Refused(claims.get(1).sequence(), NOW, "full", true),
              new Settlement.Held(claims.get(2).sequence(), "a/" + round),
              new Settlement.Released(claims.get(3).sequence())));
      List<Claim> again = new ArrayList<>(claim());
      again.addAll(inbox.claimHeld("a/" + round, 10));
      assertThat(again).hasSize(3);
      inbox.settle(again.stream().map(each -> new Settlement.Published(each.sequence())).toList());
    }
    List<String> permanent = new ArrayList<>();
    for (String key : redis.command("KEYS", prefix + "*").split("\n", -1)) {
      if (redis.command("PTTL", key).equals("-1")) {
        permanent.add(key);
      }
    }
    assertThat(permanent)
        .containsExactlyInAnyOrder(
            key("stream"), key("sequence"), key("version"), key("serving"), key("readers"));
    assertThat(redis.command("XLEN", key("stream"))).isEqualTo("0");
    assertThat(redis.command("ZCARD", key("serving"))).isEqualTo("1");
    assertThat(redis.command("HLEN", key("readers"))).isEqualTo("1");
  }

  @Test
  void givesAWaitingOrParkedIdNoExpiry() throws Exception {
    append("evt_1", "evt_2");
    inbox.settle(
        List.of(
            new Settlement.Parked(claim().getFirst().sequence(), ParkReason.REFUSED, "too large")));
    assertThat(redis.command("PTTL", key("id:evt_1"))).isEqualTo("-1");
    assertThat(redis.command("PTTL", key("id:evt_2"))).isEqualTo("-1");
  }

  @Test
  void reportsADamagedEntryWhenItIsClaimed() throws Exception {
    append("evt_1");
    long damaged = entrySequence(claim().getFirst());
    inbox.settle(List.of(new Settlement.Published(damaged)));
    redis.command(
        "XADD",
        key("stream"),
        damaged + 1 + "-0",
        "id",
        "evt_x",
        "type",
        "payout.failed",
        "account",
        "acct_1",
        "received",
        "1",
        "body",
        "{}",
        "sum",
        "7");
    append("evt_2");

    List<Claim> claims = claim();
    assertThat(claims.getFirst())
        .isEqualTo(
            new Claim.Damaged(damaged + 1, "evt_x", "its checksum differs from what was stored"));
    assertThat(claims.getLast()).isInstanceOf(Claim.Intact.class);
    inbox.settle(
        List.of(new Settlement.Parked(damaged + 1, ParkReason.DAMAGED, "its checksum differs")));
    assertThat(inbox.counts().parked()).isOne();
  }

  private static long entrySequence(Claim claim) {
    InboxEntry entry = entry(claim);
    return entry.sequence();
  }

  @Test
  void recoversAClaimWhoseReplyWasLost() throws Exception {
    append("evt_1");
    try (RedisInbox other = another(SHORT_LEASE)) {
      String consumers = redis.command("ZRANGE", key("serving"), "0", "-1");
      for (String consumer : consumers.split("\n", -1)) {
        // One of these replies was lost.
        redis.command(
            "XREADGROUP", "GROUP", "relay", consumer, "COUNT", "1", "STREAMS", key("stream"), ">");
      }
      assertThat(ids(await(other, 1))).containsExactly("evt_1");
    }
  }

  @Test
  void refusesAnInboxOfANewerVersion() throws Exception {
    redis.command("SET", key("version"), "4");
    assertThat(catchThrowableOfType(InboxException.Unusable.class, () -> open(1).close()))
        .hasMessageContaining("it has version 4, and this stripebridge knows 1 to 3");
  }

  /// The clocks of two replicas are two hours apart, and Redis's clock differs from both.
  @Test
  void keepsDatesByRedisClock() throws Exception {
    InboxClock early = InboxClock.of(() -> NOW.minusSeconds(3_600));
    InboxClock late = InboxClock.of(() -> NOW.plusSeconds(3_600));
    try (RedisInbox one = withClock(early);
        RedisInbox other = withClock(late)) {
      append("evt_1", "evt_2");
      List<Claim> claims = one.claim(2, Duration.ZERO);
      one.settle(
          List.of(
              new Settlement.Refused(
                  claims.get(0).sequence(), early.steady().instant().plusSeconds(50), "", false),
              new Settlement.Refused(
                  claims.get(1).sequence(), early.steady().instant().plusMillis(1), "", false)));

      assertThat(ids(await(other, 1))).containsExactly("evt_2");
      assertThat(other.claim(1, Duration.ZERO)).isEmpty();
      assertThat(one.claim(1, Duration.ZERO)).isEmpty();
      String stored = redis.command("ZRANGE", key("due"), "0", "0", "WITHSCORES");
      // As if Redis's clock had gone back an hour since.
      String later = Long.toString(Long.parseLong(stored.lines().toList().get(1)) + 3_600_000);
      redis.command("ZADD", key("due"), later, stored.lines().toList().get(0));
      assertThat(ids(other.claim(1, Duration.ZERO))).containsExactly("evt_1");
    }
  }

  private RedisInbox withClock(InboxClock clock) throws Exception {
    return RedisInbox.open(
        RedisSettings.of(redis.url(), prefix), folder, clock, WAITING_MAX, ID_MEMORY);
  }

  @Test
  void goesOnAfterRedisLostItsData() throws Exception {
    append("evt_1");
    List<Claim> claims = claim();
    redis.command("DEL", key("stream"), key("sequence"), key("id:evt_1"), key("serving"));
    inbox.settle(List.of(new Settlement.Published(claims.getFirst().sequence())));
    append("evt_2");
    List<Claim> next = claim();
    assertThat(ids(next)).containsExactly("evt_2");
    assertThat(next.getFirst().sequence()).isGreaterThan(claims.getFirst().sequence());
  }
}
