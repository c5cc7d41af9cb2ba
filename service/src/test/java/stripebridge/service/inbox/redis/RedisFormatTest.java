package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.EntryRow;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxAdmin.EntryFilter;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;
import stripebridge.service.inbox.InboxMove;

/// Formats 1 and 2, which replicas of two releases share for a while.
class RedisFormatTest {
  private static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");
  private static final Duration ID_MEMORY = Duration.ofDays(3_650);
  private static final EntryFilter ALL =
      new EntryFilter(Optional.empty(), Optional.empty(), Optional.empty());
  private static final String OLD_PREFIX = "old:";

  @TempDir private static Path folder;
  private static RedisProcess redis;

  private final String prefix = UUID.randomUUID() + ":";
  private volatile Instant now = NOW;

  @BeforeAll
  static void start() throws Exception {
    redis = RedisProcess.start(folder);
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  private RedisInbox open(String keyPrefix, int format) throws InboxException {
    return RedisInbox.open(
        RedisSettings.of(redis.url(), keyPrefix, format), folder, () -> now, 1_000, ID_MEMORY);
  }

  private RedisInbox open(int format) throws InboxException {
    return open(prefix, format);
  }

  private RedisInboxAdmin admin(String keyPrefix) throws InboxException {
    return RedisInboxAdmin.open(
        RedisSettings.of(redis.url(), keyPrefix), folder, () -> now, ID_MEMORY);
  }

  private String key(String name) {
    return prefix + "{inbox}:" + name;
  }

  private static ReceivedEvent event(String id, String objectId) {
    return new ReceivedEvent(
        new EventId(id),
        new EventType("payout.failed"),
        objectId,
        "acct_1",
        NOW,
        ("{\"id\":\"" + id + "\"}").getBytes(UTF_8));
  }

  private static Map<String, String> objects(List<Claim> claims) {
    return claims.stream()
        .map(claim -> ((Claim.Intact) claim).entry().event())
        .collect(Collectors.toMap(event -> event.id().text(), ReceivedEvent::objectId));
  }

  private static List<String> ids(List<Claim> claims) {
    return claims.stream()
        .map(claim -> ((Claim.Intact) claim).entry().event().id().text())
        .toList();
  }

  private static List<Claim> claim(RedisInbox inbox) throws Exception {
    return inbox.claim(100, Duration.ZERO);
  }

  /// A release that knew only format 1 wrote `format-1.dump`.
  @Test
  void opensAFormatOneInboxWithEntriesInAllStates() throws Exception {
    RedisDump.load(redis, "format-1.dump");
    String serving = OLD_PREFIX + "{inbox}:serving";
    // That replica's lease ended long ago, whatever this machine's clock says.
    redis.command("ZADD", serving, "1", redis.command("ZRANGE", serving, "0", "0"));
    String stream = OLD_PREFIX + "{inbox}:stream";
    String pending = redis.command("XPENDING", stream, "relay", "-", "+", "9");
    redis.command("ZADD", OLD_PREFIX + "{inbox}:topics", "9e15", "a/b");
    String dead = redis.command("ZRANGE", serving, "0", "0");
    String claimed = pending.lines().findFirst().orElseThrow();
    redis.command("XCLAIM", stream, "relay", dead, "0", claimed, "IDLE", "600000", "JUSTID");

    try (RedisInbox inbox = open(OLD_PREFIX, 2);
        RedisInboxAdmin admin = admin(OLD_PREFIX)) {
      Map<String, EntryState> states =
          admin.list(ALL, 100).stream()
              .collect(Collectors.toMap(EntryRow::eventId, EntryRow::state));
      assertThat(states)
          .isEqualTo(
              Map.of(
                  "evt_published", EntryState.PUBLISHED,
                  "evt_discarded", EntryState.DISCARDED,
                  "evt_parked", EntryState.PARKED,
                  "evt_refused", EntryState.WAITING,
                  "evt_held", EntryState.WAITING,
                  "evt_released", EntryState.WAITING,
                  "evt_claimed", EntryState.WAITING,
                  "evt_waiting", EntryState.WAITING));
      for (String id : states.keySet()) {
        assertThat(inbox.append(event(id, "po_1"))).as(id).isEqualTo(Appended.DUPLICATE);
      }
      assertThat(ids(claim(inbox))).containsExactly("evt_released", "evt_waiting");
      assertThat(ids(inbox.claimHeld("a/b", 9))).containsExactly("evt_held");
      now = NOW.plusSeconds(10);
      List<Claim> due = claim(inbox);
      assertThat(ids(due)).containsExactly("evt_refused");
      assertThat(((Claim.Intact) due.getFirst()).entry().refusals()).isOne();
      assertThat(admin.retry("evt_parked").count()).isOne();
      assertThat(ids(claim(inbox))).containsExactly("evt_parked");
      inbox.settle(List.of(new Settlement.Published(due.getFirst().sequence())));
      assertThat(admin.find("evt_refused").orElseThrow().state()).isEqualTo(EntryState.PUBLISHED);
    }
    try (RedisInbox brief =
        RedisInbox.open(
            RedisSettings.of(redis.url(), OLD_PREFIX, 2),
            folder,
            () -> now,
            1_000,
            ID_MEMORY,
            Duration.ofMillis(600))) {
      List<String> found = new ArrayList<>();
      Instant deadline = InstantSource.system().instant().plusSeconds(30);
      while (!found.contains("evt_claimed")) {
        assertThat(InstantSource.system().instant()).isBefore(deadline);
        found.addAll(ids(brief.claim(9, Duration.ofMillis(50))));
      }
    }
  }

  @Test
  void writesTheFormatOfTheInboxByDefault() throws Exception {
    open(1).close();
    assertThat(storedObjects(prefix)).isEqualTo(Map.of("evt_1", ""));
    String other = prefix + "new:";
    assertThat(storedObjects(other)).isEqualTo(Map.of("evt_1", "po_1"));
    assertThat(redis.command("GET", other + "{inbox}:version")).isEqualTo("2");
  }

  private Map<String, String> storedObjects(String keyPrefix) throws Exception {
    try (RedisInbox inbox =
        RedisInbox.open(
            RedisSettings.of(redis.url(), keyPrefix), folder, () -> now, 1_000, ID_MEMORY)) {
      assertThat(inbox.append(event("evt_1", "po_1"))).isEqualTo(Appended.STORED);
      return objects(claim(inbox));
    }
  }

  @Test
  void writesFormatOneOnRequest() throws Exception {
    try (RedisInbox inbox = open(1)) {
      assertThat(inbox.append(event("evt_1", "po_1"))).isEqualTo(Appended.STORED);
      List<Claim> claims = claim(inbox);
      assertThat(objects(claims)).isEqualTo(Map.of("evt_1", ""));
      inbox.settle(List.of(new Settlement.Published(claims.getFirst().sequence())));
      assertThat(redis.command("GET", key("id:evt_1"))).startsWith("published\n");
      assertThat(redis.command("GET", key("version"))).isEqualTo("1");
    }
  }

  @Test
  void keepsTheObjectInEveryState() throws Exception {
    try (RedisInbox inbox = open(2);
        RedisInboxAdmin admin = admin(prefix)) {
      for (String id : List.of("evt_1", "evt_2", "evt_3", "evt_4")) {
        assertThat(inbox.append(event(id, "po_" + id))).isEqualTo(Appended.STORED);
      }
      assertThat(inbox.append(event("evt_5", ""))).isEqualTo(Appended.STORED);
      List<Claim> claims = claim(inbox);
      assertThat(objects(claims))
          .isEqualTo(
              Map.of(
                  "evt_1", "po_evt_1",
                  "evt_2", "po_evt_2",
                  "evt_3", "po_evt_3",
                  "evt_4", "po_evt_4",
                  "evt_5", ""));
      inbox.settle(
          List.of(
              new Settlement.Published(claims.get(0).sequence()),
              new Settlement.Parked(claims.get(1).sequence(), ParkReason.REFUSED, "no"),
              new Settlement.Parked(claims.get(2).sequence(), ParkReason.REFUSED, "no"),
              new Settlement.Published(claims.get(4).sequence())));
      assertThat(admin.discard("evt_2").count()).isOne();
      assertThat(admin.retry("evt_3").count()).isOne();

      assertThat(redis.command("GET", key("id:evt_1"))).startsWith("published po_evt_1\n");
      assertThat(redis.command("GET", key("id:evt_2"))).startsWith("discarded po_evt_2\n");
      assertThat(redis.command("GET", key("id:evt_5"))).startsWith("published\n");
      assertThat(objects(claim(inbox))).isEqualTo(Map.of("evt_3", "po_evt_3"));
      assertThat(admin.find("evt_1").orElseThrow().state()).isEqualTo(EntryState.PUBLISHED);
      assertThat(admin.list(ALL, 9)).hasSize(5);
    }
  }

  /// Three replicas change format one after the other, while events come and are published.
  @Test
  void isSharedWhileReplicasChangeFormatsAndBack() throws Exception {
    List<RedisInbox> replicas = new ArrayList<>(List.of(open(1), open(1), open(1)));
    List<String> stored = new ArrayList<>();
    List<String> given = new ArrayList<>();
    try {
      for (int format : List.of(2, 2, 2, 1, 1, 1)) {
        use(replicas, stored, given);
        replicas.removeFirst().close();
        use(replicas, stored, given);
        replicas.add(open(format));
      }
      use(replicas, stored, given);
      assertThat(given).hasSameElementsAs(stored).hasSameSizeAs(stored);
      assertThat(new HashSet<>(given)).hasSameSizeAs(given);
      assertThat(redis.command("GET", key("version"))).isEqualTo("2");
      for (RedisInbox replica : replicas) {
        assertThat(replica.append(event(stored.getFirst(), ""))).isEqualTo(Appended.DUPLICATE);
      }
    } finally {
      replicas.forEach(RedisInbox::close);
    }
  }

  /// Each replica appends an event, and the next one publishes it.
  private static void use(List<RedisInbox> replicas, List<String> stored, List<String> given)
      throws Exception {
    for (int i = 0; i < replicas.size(); i++) {
      String id = "evt_" + stored.size();
      assertThat(replicas.get(i).append(event(id, "po_1"))).isEqualTo(Appended.STORED);
      stored.add(id);
      RedisInbox other = replicas.get((i + 1) % replicas.size());
      List<Claim> claims = other.claim(9, Duration.ZERO);
      given.addAll(ids(claims));
      other.settle(
          claims.stream().map(claim -> new Settlement.Published(claim.sequence())).toList());
    }
  }

  @Test
  void isNotWrittenInAFormatThatAReplicaCannotRead() throws Exception {
    try (RedisInbox inbox = open(1)) {
      // A replica of the previous release, which has no entry in `readers`.
      redis.command("ZADD", key("serving"), "9e15", "older");

      assertThat(catchThrowableOfType(InboxException.Unusable.class, () -> open(2).close()))
          .hasMessageContaining("with INBOX_FORMAT=2: a replica that shares it is of an older")
          .extracting(InboxException.Unusable::hint)
          .asString()
          .startsWith("leave INBOX_FORMAT at 1 until no such replica is left");
      assertThat(redis.command("GET", key("version"))).isEqualTo("1");
      redis.command("ZREM", key("serving"), "older");
      open(2).close();
      assertThat(inbox.append(event("evt_1", "po_1"))).isEqualTo(Appended.STORED);
    }
  }

  /// Runs the previous release's script, which returns the version that the release then refuses.
  @Test
  void isRefusedByThePreviousReleaseOnceItIsInFormatTwo() throws Exception {
    open(1).close();
    assertThat(joinAsPreviousRelease()).isEqualTo("1");
    redis.command("ZREM", key("serving"), "older");
    open(2).close();
    assertThat(joinAsPreviousRelease()).isEqualTo("2");
    assertThat(redis.command("ZSCORE", key("serving"), "older")).isEmpty();
  }

  private String joinAsPreviousRelease() throws Exception {
    try (InputStream in = RedisFormatTest.class.getResourceAsStream("join-of-format-1.lua")) {
      String script = new String(in.readAllBytes(), UTF_8);
      return redis.command("EVAL", script, "1", prefix + "{inbox}:", "older", "15000");
    }
  }

  @Test
  void isMovedWithItsObjects() throws Exception {
    try (RedisInbox inbox = open(2)) {
      for (String id : List.of("evt_1", "evt_2", "evt_3")) {
        assertThat(inbox.append(event(id, "po_" + id))).isEqualTo(Appended.STORED);
      }
      List<Claim> claims = inbox.claim(2, Duration.ZERO);
      inbox.settle(
          List.of(
              new Settlement.Published(claims.get(0).sequence()),
              new Settlement.Parked(claims.get(1).sequence(), ParkReason.REFUSED, "no")));
    }
    String second = prefix + "second:";
    move(prefix, second, 2);
    assertThat(redis.command("GET", second + "{inbox}:id:evt_1")).startsWith("published po_evt_1");
    String third = prefix + "third:";
    // Going back to a release that reads only format 1 takes a move to another inbox.
    move(second, third, 1);
    assertThat(redis.command("GET", third + "{inbox}:id:evt_1")).startsWith("published\n");
    assertThat(redis.command("GET", third + "{inbox}:version")).isEqualTo("1");
    try (RedisInbox inbox = open(third, 1);
        RedisInboxAdmin admin = admin(third)) {
      assertThat(objects(claim(inbox))).isEqualTo(Map.of("evt_3", ""));
      assertThat(admin.retry("evt_2").count()).isOne();
      assertThat(objects(claim(inbox))).isEqualTo(Map.of("evt_2", ""));
    }
  }

  @Test
  void parksADifferentEventWhoseIdTheTargetKnows() throws Exception {
    String second = prefix + "second:";
    try (RedisInbox inbox = open(second, 2)) {
      inbox.append(event("evt_1", "po_1"));
    }
    try (RedisInbox inbox = open(2)) {
      inbox.append(event("evt_1", "po_2"));
      inbox.append(event("evt_2", "po_3"));
    }
    move(prefix, second, 2);
    try (RedisInbox inbox = open(second, 2);
        RedisInboxAdmin admin = admin(second)) {
      assertThat(inbox.counts().parked()).isEqualTo(1);
      assertThat(admin.retry("evt_1-2").count()).isOne();
      assertThat(objects(claim(inbox)))
          .isEqualTo(Map.of("evt_1", "po_1", "evt_2", "po_3", "evt_1-2", "po_2"));
    }
  }

  /// The first event's id is forgotten before the second's.
  @Test
  void knowsAConflictWhoseFirstIdIsForgotten() throws Exception {
    try (RedisInbox inbox = open(2)) {
      inbox.append(event("evt_1", "po_1"));
      inbox.append(event("evt_1", "po_2"));
      inbox.settle(
          claim(inbox).stream().map(claim -> new Settlement.Published(claim.sequence())).toList());
      redis.command("DEL", key("id:evt_1"));
      assertThat(inbox.append(event("evt_1", "po_2"))).isEqualTo(Appended.DUPLICATE);
      assertThat(inbox.append(event("evt_1", "po_1"))).isEqualTo(Appended.STORED);
      redis.command(
          "HDEL", key("entry:" + redis.command("GET", key("id:evt_1-2")).strip()), "type");
      assertThat(inbox.append(event("evt_1", "po_2")).outcome())
          .as("an entry without a type matches no event")
          .isEqualTo(Appended.Outcome.CONFLICT);
    }
  }

  private void move(String from, String to, int format) throws Exception {
    try (RedisMoveEndpoint source =
            RedisMoveEndpoint.open(
                RedisSettings.of(redis.url(), from, format), folder, () -> now, ID_MEMORY);
        RedisMoveEndpoint target =
            RedisMoveEndpoint.open(
                RedisSettings.of(redis.url(), to, format), folder, () -> now, ID_MEMORY)) {
      assertThat(InboxMove.run(source, target).known()).isZero();
    }
  }
}
