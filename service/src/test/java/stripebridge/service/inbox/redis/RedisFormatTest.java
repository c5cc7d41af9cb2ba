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
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;
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
import stripebridge.service.inbox.Checksum;
import stripebridge.service.inbox.InboxMove;
import stripebridge.service.inbox.SqliteMoveEndpoint;
import stripebridge.service.inbox.StripeBodies;

/// Formats 1 to 3. Replicas of two releases share two of them for a while.
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
    assertThat(redis.command("GET", other + "{inbox}:version")).isEqualTo("3");
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
    changeFormats(1);
  }

  @Test
  void isSharedWhileReplicasChangeToCompressedBodiesAndBack() throws Exception {
    changeFormats(2);
  }

  /// From a format to the next one, and back.
  private void changeFormats(int first) throws Exception {
    int next = first + 1;
    List<RedisInbox> replicas = new ArrayList<>(List.of(open(first), open(first), open(first)));
    List<String> stored = new ArrayList<>();
    List<String> given = new ArrayList<>();
    try {
      for (int format : List.of(next, next, next, first, first, first)) {
        use(replicas, stored, given);
        replicas.removeFirst().close();
        use(replicas, stored, given);
        replicas.add(open(format));
      }
      use(replicas, stored, given);
      assertThat(given).hasSameElementsAs(stored).hasSameSizeAs(stored);
      assertThat(new HashSet<>(given)).hasSameSizeAs(given);
      assertThat(redis.command("GET", key("version"))).isEqualTo(Integer.toString(next));
      for (RedisInbox replica : replicas) {
        assertThat(replica.append(stripeEvent(stored.getFirst()))).isEqualTo(Appended.DUPLICATE);
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
      assertThat(replicas.get(i).append(stripeEvent(id))).isEqualTo(Appended.STORED);
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
          .startsWith("leave INBOX_FORMAT unset until no such replica is left");
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
    assertThat(joinAsReleaseOf("1")).isEqualTo("1");
    redis.command("ZREM", key("serving"), "older");
    open(2).close();
    assertThat(joinAsReleaseOf("1")).isEqualTo("2");
    assertThat(redis.command("ZSCORE", key("serving"), "older")).isEmpty();
  }

  @Test
  void isRefusedByTheReleaseOfFormatTwoOnceItIsInFormatThree() throws Exception {
    open(2).close();
    assertThat(joinAsReleaseOf("2", "0", "2")).isEqualTo("2");
    assertThat(catchThrowableOfType(InboxException.Unusable.class, () -> open(3).close()))
        .hasMessageContaining("with INBOX_FORMAT=3: a replica that shares it is of an older");
    redis.command("ZREM", key("serving"), "older");
    open(3).close();
    assertThat(joinAsReleaseOf("2", "0", "2")).isEqualTo("3");
    assertThat(redis.command("ZSCORE", key("serving"), "older")).isEmpty();
  }

  private String joinAsReleaseOf(String format, String... arguments) throws Exception {
    String name = "join-of-format-" + format + ".lua";
    try (InputStream in = RedisFormatTest.class.getResourceAsStream(name)) {
      String script = new String(in.readAllBytes(), UTF_8);
      List<String> all =
          new ArrayList<>(List.of(script, "1", prefix + "{inbox}:", "older", "15000"));
      all.addAll(List.of(arguments));
      return redis.command("EVAL", all.toArray(String[]::new));
    }
  }

  /// Other replicas may be of a release that reads no later format.
  @Test
  void keepsItsFormatWhenRedisLosesItsData() throws Exception {
    open(2).close();
    try (RedisInbox inbox =
        RedisInbox.open(
            RedisSettings.of(redis.url(), prefix), folder, () -> now, 1_000, ID_MEMORY)) {
      for (String name : List.of("version", "stream", "serving", "readers", "sequence")) {
        redis.command("DEL", key(name));
      }
      assertThat(inbox.append(stripeEvent("evt_1"))).isEqualTo(Appended.STORED);
      assertThat(ids(claim(inbox))).containsExactly("evt_1");
      assertThat(redis.command("GET", key("version"))).isEqualTo("2");
    }
  }

  /// The body of a real event, which is worth deflating.
  private static ReceivedEvent stripeEvent(String id) {
    return new ReceivedEvent(
        new EventId(id),
        new EventType("charge.succeeded"),
        "ch_1",
        "acct_1",
        NOW,
        StripeBodies.bytes(id, "acct_1"));
  }

  private static byte[] body(Claim claim) {
    return ((Claim.Intact) claim).entry().event().body();
  }

  private String stored(String name) {
    return redis.command("XRANGE", key("stream"), "-", "+").lines().toList().contains(name)
        ? name
        : "";
  }

  @Test
  void keepsACompressedBodyInEveryState() throws Exception {
    try (RedisInbox inbox = open(3);
        RedisInboxAdmin admin = admin(prefix)) {
      for (String id : List.of("evt_1", "evt_2", "evt_3")) {
        assertThat(inbox.append(stripeEvent(id))).isEqualTo(Appended.STORED);
      }
      assertThat(stored("deflated")).isNotEmpty();
      for (EntryRow row : admin.list(ALL, 9)) {
        assertThat(row.bodyBytes())
            .as("the size of %s", row.eventId())
            .isEqualTo(StripeBodies.BYTES);
        assertThat(admin.find(row.eventId())).hasValue(row);
      }
      List<Claim> claims = claim(inbox);
      for (Claim claim : claims) {
        String id = ids(List.of(claim)).getFirst();
        assertThat(body(claim)).isEqualTo(StripeBodies.bytes(id, "acct_1"));
      }
      inbox.settle(
          List.of(
              new Settlement.Published(claims.get(0).sequence()),
              new Settlement.Parked(claims.get(1).sequence(), ParkReason.REFUSED, "no"),
              new Settlement.Released(claims.get(2).sequence())));
      assertThat(admin.body("evt_2")).hasValue(StripeBodies.bytes("evt_2", "acct_1"));
      assertThat(admin.find("evt_2").orElseThrow().bodyBytes()).isEqualTo(StripeBodies.BYTES);
      assertThat(admin.retry("evt_2").count()).isOne();
      for (Claim claim : claim(inbox)) {
        String id = ids(List.of(claim)).getFirst();
        assertThat(body(claim)).isEqualTo(StripeBodies.bytes(id, "acct_1"));
      }
    }
  }

  @Test
  void compressesADifferentEventUnderAKnownId() throws Exception {
    try (RedisInbox inbox = open(3);
        RedisInboxAdmin admin = admin(prefix)) {
      inbox.append(event("evt_1", "po_1"));
      assertThat(inbox.append(stripeEvent("evt_1")).outcome()).isEqualTo(Appended.Outcome.CONFLICT);
      assertThat(admin.body("evt_1-2")).hasValue(StripeBodies.bytes("evt_1", "acct_1"));
      assertThat(admin.retry("evt_1-2").count()).isOne();
      assertThat(ids(claim(inbox))).containsExactly("evt_1", "evt_1-2");
    }
  }

  /// Small bodies are smaller as they are.
  @Test
  void compressesOnlyWhatGetsSmallerAndOnlyInFormatThree() throws Exception {
    try (RedisInbox inbox = open(3)) {
      inbox.append(event("evt_1", "po_1"));
      assertThat(stored("deflated")).isEmpty();
    }
    try (RedisInbox inbox = open(2)) {
      inbox.append(stripeEvent("evt_2"));
      assertThat(stored("deflated")).isEmpty();
    }
    try (RedisInbox inbox = open(3)) {
      inbox.append(stripeEvent("evt_3"));
      assertThat(stored("deflated")).isNotEmpty();
      assertThat(ids(claim(inbox))).containsExactly("evt_1", "evt_2", "evt_3");
    }
  }

  @Test
  void reportsACompressedBodyThatIsDamaged() throws Exception {
    try (RedisInbox inbox = open(3);
        RedisInboxAdmin admin = admin(prefix)) {
      byte[] whole = StoredBody.smallest(stripeEvent("evt_1").body()).bytes();
      byte[] half = Arrays.copyOf(whole, whole.length / 2);
      long sum = Checksum.of(stripeEvent("evt_1"));
      add(1, "evt_1", half, "3000", sum);
      add(2, "evt_2", whole, "999999999999", sum);
      add(3, "evt_3", whole, "x", sum);
      // Inflates, but to another body than the checksum covers.
      add(4, "evt_4", whole, "3000", sum + 1);

      List<Claim> claims = claim(inbox);
      String inflated = "its body cannot be inflated to what was stored";
      assertThat(claims)
          .isEqualTo(
              List.of(
                  new Claim.Damaged(1, "evt_1", inflated),
                  new Claim.Damaged(2, "evt_2", inflated),
                  new Claim.Damaged(3, "evt_3", inflated),
                  new Claim.Damaged(4, "evt_4", "its checksum differs from what was stored")));
      inbox.settle(
          claims.stream()
              .map(claim -> new Settlement.Parked(claim.sequence(), ParkReason.DAMAGED, "damaged"))
              .toList());
      assertThat(admin.list(ALL, 9)).extracting(EntryRow::state).containsOnly(EntryState.PARKED);
      assertThat(new String(admin.body("evt_1").orElseThrow(), UTF_8))
          .startsWith("{\n  \"id\": \"evt_1\"");
    }
  }

  /// 64 MiB of zeros.
  @Test
  void reportsABombInsteadOfInflatingIt() throws Exception {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(new byte[64 << 20]);
    deflater.finish();
    byte[] target = new byte[100_000];
    byte[] bomb = Arrays.copyOf(target, deflater.deflate(target));
    deflater.end();
    try (RedisInbox inbox = open(3);
        RedisInboxAdmin admin = admin(prefix)) {
      add(1, "evt_1", bomb, "67108864", 0);
      assertThat(claim(inbox)).singleElement().isInstanceOf(Claim.Damaged.class);
      assertThat(admin.body("evt_1").orElseThrow()).hasSize(StoredBody.SIZE_MAX + 1);
    }
  }

  private void add(long sequence, String id, byte[] body, String size, long sum) {
    try (Connection connection = new Connection("127.0.0.1", redis.port())) {
      CommandArguments add =
          new CommandArguments(Protocol.Command.XADD).add(key("stream")).add(sequence + "-0");
      add.add("id").add(id).add("type").add("charge.succeeded").add("account").add("acct_1");
      add.add("received").add(NOW.toEpochMilli()).add("body").add(body).add("sum").add(sum);
      Object _ = connection.executeCommand(add.add("deflated").add(size));
      Object _ =
          connection.executeCommand(
              new CommandArguments(Protocol.Command.SET)
                  .add(key("id:" + id))
                  .add(Long.toString(sequence)));
    }
  }

  /// By way of a file and of format 2. A damaged entry stays damaged.
  @Test
  void isMovedWithItsCompressedBodies() throws Exception {
    String second = prefix + "second:";
    String third = prefix + "third:";
    Path file = folder.resolve(UUID.randomUUID() + ".db");
    byte[] whole = StoredBody.smallest(stripeEvent("evt_2").body()).bytes();
    try (RedisInbox inbox = open(3)) {
      assertThat(inbox.append(stripeEvent("evt_1"))).isEqualTo(Appended.STORED);
      assertThat(inbox.append(stripeEvent("evt_3"))).isEqualTo(Appended.STORED);
      List<Claim> claims = inbox.claim(1, Duration.ZERO);
      inbox.settle(
          List.of(new Settlement.Parked(claims.getFirst().sequence(), ParkReason.REFUSED, "no")));
    }
    long damaged = Long.parseLong(redis.command("GET", key("sequence")).strip()) + 1;
    add(damaged, "evt_2", Arrays.copyOf(whole, 100), "3000", Checksum.of(stripeEvent("evt_2")));
    try (RedisMoveEndpoint source = endpoint(prefix, 3);
        SqliteMoveEndpoint target = SqliteMoveEndpoint.open(file)) {
      assertThat(InboxMove.run(source, target).known()).isZero();
    }
    try (SqliteMoveEndpoint source = SqliteMoveEndpoint.openExisting(file);
        RedisMoveEndpoint target = endpoint(second, 3)) {
      assertThat(InboxMove.run(source, target).known()).isZero();
    }
    assertThat(redis.command("XRANGE", second + "{inbox}:stream", "-", "+").lines())
        .contains("deflated");
    move(second, third, 2);
    assertThat(redis.command("XRANGE", third + "{inbox}:stream", "-", "+").lines())
        .doesNotContain("deflated");
    try (RedisInbox inbox = open(third, 2);
        RedisInboxAdmin admin = admin(third)) {
      List<Claim> claims = claim(inbox);
      assertThat(claims).hasSize(2);
      assertThat(body(claims.getFirst())).isEqualTo(StripeBodies.bytes("evt_3", "acct_1"));
      assertThat(claims.getLast()).isInstanceOf(Claim.Damaged.class);
      assertThat(admin.body("evt_1")).hasValue(StripeBodies.bytes("evt_1", "acct_1"));
    }
  }

  private RedisMoveEndpoint endpoint(String keyPrefix, int format) throws InboxException {
    return RedisMoveEndpoint.open(
        RedisSettings.of(redis.url(), keyPrefix, format), folder, () -> now, ID_MEMORY);
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
    try (RedisMoveEndpoint source = endpoint(from, format);
        RedisMoveEndpoint target = endpoint(to, format)) {
      assertThat(InboxMove.run(source, target).known()).isZero();
    }
  }
}
