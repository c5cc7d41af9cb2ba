package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.config.InboxSettings.RedisDurability;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;

/// Warnings about what a crash of Redis could lose, and confirmed writes.
class DurabilityTest {
  private static final RedisDurability AS_CONFIGURED = new RedisDurability.AsConfigured();

  @TempDir private Path folder;

  private RedisInbox open(String url, RedisDurability durability) throws InboxException {
    return RedisInbox.open(
        RedisSettings.of(url, "p:" + UUID.randomUUID(), durability),
        folder,
        InstantSource.system(),
        100,
        Duration.ofHours(1));
  }

  private List<String> warnings(RedisProcess redis, RedisDurability durability) throws Exception {
    try (RedisInbox inbox = open(redis.url(), durability)) {
      return inbox.warnings();
    }
  }

  private static ReceivedEvent event(String id) {
    return new ReceivedEvent(
        new EventId(id),
        new EventType("payout.failed"),
        "acct_1",
        Instant.ofEpochMilli(1),
        "{}".getBytes(UTF_8));
  }

  /// Measured in a real Redis.
  @Test
  void knowsHowMuchMemoryAnIdTakes() throws Exception {
    int count = 2_000;
    try (RedisProcess redis = RedisProcess.start(folder);
        RedisInbox inbox = open(redis.url(), AS_CONFIGURED)) {
      inbox.probe();
      long before = redis.usedMemory();
      for (int i = 0; i < count; i++) {
        inbox.append(
            new ReceivedEvent(
                new EventId("evt_1SdF006Qm8VtBn2LdWz" + (100_000 + i)),
                new EventType("payment_intent.succeeded"),
                "pi_3SdF006Qm8VtBn2L0dWzq8Yp",
                "acct_1SdF006Qm8VtBn2L",
                Instant.ofEpochMilli(1_790_000_000_000L),
                "{}".getBytes(UTF_8)));
        List<Settlement> published =
            inbox.claim(1, Duration.ZERO).stream()
                .<Settlement>map(claim -> new Settlement.Published(claim.sequence()))
                .toList();
        inbox.settle(published);
      }
      double each = (redis.usedMemory() - before) / (double) count;
      System.out.printf("a remembered id takes %.0f bytes%n", each);
      assertThat(each).isBetween(IdCapacity.BYTES_PER_ID * 0.7, IdCapacity.BYTES_PER_ID * 1.1);
    }
  }

  @Test
  void warnsWhenIdsAloneFillTheMemory() throws Exception {
    try (RedisProcess redis =
        RedisProcess.start(
            folder, "--appendonly", "yes", "--appendfsync", "always", "--maxmemory", "64mb")) {
      // Many ids fit when they are remembered for an hour.
      assertThat(warnings(redis, AS_CONFIGURED)).isEmpty();
      try (RedisInbox inbox =
          RedisInbox.open(
              RedisSettings.of(redis.url(), "p:"),
              folder,
              InstantSource.system(),
              100,
              Duration.ofDays(4))) {
        assertThat(inbox.warnings())
            .singleElement()
            .asString()
            .contains("above 0.26 events a second", "maxmemory is 64 MiB", "345600 s");
        assertThat(inbox.idCapacity().bytesMax()).isEqualTo(64L << 20);
      }
    }
  }

  @Test
  void warnsOfEachWayToLoseEvents() throws Exception {
    try (RedisProcess redis = RedisProcess.start(folder)) {
      assertThat(warnings(redis, AS_CONFIGURED))
          .containsExactly(
              "a crash of Redis loses the events since its last snapshot, which were answered 200:"
                  + " appendonly is no");
      redis.command("CONFIG", "SET", "appendonly", "yes");
      assertThat(warnings(redis, AS_CONFIGURED))
          .containsExactly(
              "a crash of Redis's machine loses the events of the last second or two, which were"
                  + " answered 200: appendfsync is everysec");
      redis.command("CONFIG", "SET", "appendfsync", "always");
      assertThat(warnings(redis, AS_CONFIGURED)).isEmpty();
      redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
      assertThat(warnings(redis, AS_CONFIGURED))
          .containsExactly(
              "when its memory is full, Redis drops waiting events: maxmemory-policy is"
                  + " allkeys-lru");
      redis.command("CONFIG", "SET", "maxmemory-policy", "volatile-ttl");
      assertThat(warnings(redis, AS_CONFIGURED))
          .containsExactly(
              "when its memory is full, Redis forgets published ids early, and an event that"
                  + " returns is published again: maxmemory-policy is volatile-ttl");
    }
  }

  @Test
  void saysThatItMayNotReadTheSettings() throws Exception {
    try (RedisProcess redis = RedisProcess.start(folder)) {
      redis.command("ACL", "SETUSER", "bridge", "on", ">secret", "~p:*", "+@all", "-config");
      try (RedisInbox inbox =
          open(redis.url().replace("redis://", "redis://bridge:secret@"), AS_CONFIGURED)) {
        assertThat(inbox.warnings())
            .singleElement()
            .asString()
            .startsWith("a crash of Redis may lose events: it does not show its settings (NOPERM");
      }
    }
  }

  @Test
  void waitsForReplicas() throws Exception {
    Path second = Files.createDirectory(folder.resolve("second"));
    try (RedisProcess redis =
            RedisProcess.start(folder, "--appendonly", "yes", "--appendfsync", "always");
        RedisProcess replica = RedisProcess.start(second)) {
      RedisDurability one = new RedisDurability.Replicas(1);
      assertThat(warnings(redis, one))
          .containsExactly(
              "webhooks are answered 503 for now: INBOX_REDIS_DURABILITY asks for 1 replicas, and"
                  + " Redis has 0");
      try (RedisInbox inbox = open(redis.url(), one)) {
        assertThatThrownBy(() -> inbox.append(event("evt_1")))
            .isInstanceOf(InboxException.Unavailable.class)
            .hasMessageContaining("0 of 1 replicas have it");
        assertThatThrownBy(() -> inbox.append(event("evt_1")))
            .as("a duplicate needs the same confirmation as the first copy")
            .isInstanceOf(InboxException.Unavailable.class);
        replica.command("REPLICAOF", "127.0.0.1", Integer.toString(redis.port()));
        awaitReplica(redis);
        assertThat(inbox.append(event("evt_1"))).isEqualTo(Appended.DUPLICATE);
        assertThat(inbox.append(event("evt_2"))).isEqualTo(Appended.STORED);
        inbox.probe();
      }
      assertThat(warnings(redis, AS_CONFIGURED))
          .singleElement()
          .asString()
          .startsWith(
              "a failover to a replica of Redis loses the events that the replica does not");
      assertThat(warnings(redis, one)).isEmpty();
    }
  }

  private static void awaitReplica(RedisProcess redis) {
    Instant deadline = Instant.now().plusSeconds(60);
    while (!redis.command("INFO", "replication").contains("state=online")) {
      assertThat(Instant.now()).isBefore(deadline);
    }
  }

  @Test
  void refusesADurabilityThatThisRedisCannotConfirm() throws Exception {
    try (RedisProcess redis = RedisProcess.start(folder, "--appendonly", "yes")) {
      String version = redis.command("INFO", "server");
      assumeTrue(version.contains("redis_version:6."), "this Redis may have WAITAOF");
      assertThatThrownBy(() -> open(redis.url(), new RedisDurability.Local()).close())
          .isInstanceOf(InboxException.Unusable.class)
          .hasMessageContaining("INBOX_REDIS_DURABILITY=local")
          .hasMessageContaining("that needs Redis 7.2, and this is 6.2.");
    }
  }

  /// Against the Redis in REDIS_URL: the tests' own is too old.
  @Test
  void waitsForTheDisk() throws Exception {
    String url = System.getenv().getOrDefault("REDIS_URL", "");
    assumeTrue(!url.isEmpty(), "WAITAOF needs Redis 7.2: set REDIS_URL to one with appendonly yes");
    try (RedisInbox inbox = open(url, new RedisDurability.Local())) {
      assertThat(inbox.append(event("evt_1"))).isEqualTo(Appended.STORED);
      assertThat(inbox.append(event("evt_1"))).isEqualTo(Appended.DUPLICATE);
    }
  }
}
