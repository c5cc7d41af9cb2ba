package stripebridge.service.inbox.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;
import stripebridge.service.inbox.StripeBodies;

/// A Redis that dies, is full or hangs, and the memory that an entry takes.
@Tag("faults")
class RedisInboxFaultsTest {
  @TempDir private Path folder;

  private RedisInbox open(RedisProcess redis) throws InboxException {
    return RedisInbox.open(
        RedisSettings.of(redis.url(), "p:"),
        folder,
        InstantSource.system(),
        1_000_000,
        Duration.ofHours(1));
  }

  private static ReceivedEvent event(String id) {
    return new ReceivedEvent(
        new EventId(id),
        new EventType("payment_intent.succeeded"),
        "acct_1SdF006Qm8VtBn2L",
        Instant.ofEpochMilli(1_790_000_000_000L),
        StripeBodies.bytes(id, "acct_1SdF006Qm8VtBn2L"));
  }

  private static List<String> ids(List<Claim> claims) {
    return claims.stream()
        .map(claim -> ((Claim.Intact) claim).entry().event().id().text())
        .toList();
  }

  @Test
  void keepsWhatWasAppendedWhenRedisIsKilled() throws Exception {
    try (RedisProcess redis =
            RedisProcess.start(folder, "--appendonly", "yes", "--appendfsync", "always");
        RedisInbox inbox = open(redis)) {
      List<String> stored = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 50; i++) {
          String id = "evt_" + round + "_" + i;
          assertThat(inbox.append(event(id))).isEqualTo(Appended.STORED);
          stored.add(id);
        }
        Settlement released =
            new Settlement.Released(inbox.claim(1, Duration.ZERO).getFirst().sequence());
        redis.kill();
        assertThatThrownBy(() -> inbox.append(event("evt_lost")))
            .isInstanceOf(InboxException.Unavailable.class);
        assertThatThrownBy(() -> inbox.claim(1, Duration.ZERO))
            .isInstanceOf(InboxException.Unavailable.class);
        assertThatThrownBy(() -> inbox.settle(List.of(released)))
            .isInstanceOf(InboxException.Unavailable.class);
        redis.restart();
        inbox.settle(List.of(released));
        // Works at once, although every idle connection is broken.
        assertThat(inbox.append(event(stored.getLast()))).isEqualTo(Appended.DUPLICATE);
      }
      assertThat(ids(inbox.claim(1_000, Duration.ZERO))).isEqualTo(stored);
    }
  }

  @Test
  void refusesEventsWhenRedisIsFullAndStillSettles() throws Exception {
    try (RedisProcess redis = RedisProcess.start(folder, "--maxmemory-policy", "noeviction");
        RedisInbox inbox = open(redis)) {
      redis.command("CONFIG", "SET", "maxmemory", "8mb");
      int stored = 0;
      InboxException.Unavailable full = null;
      while (full == null) {
        try {
          assertThat(inbox.append(event("evt_" + stored))).isEqualTo(Appended.STORED);
          stored++;
        } catch (InboxException.Unavailable e) {
          full = e;
        }
      }
      assertThat(full).hasMessageContaining("OOM");
      assertThatThrownBy(inbox::probe).isInstanceOf(InboxException.Unavailable.class);
      assertThat(inbox.append(event("evt_0"))).isEqualTo(Appended.DUPLICATE);
      try (RedisInbox another = open(redis)) {
        assertThat(another.counts().waiting()).isEqualTo(stored);
      }

      List<Claim> claims = inbox.claim(stored, Duration.ZERO);
      assertThat(claims).hasSize(stored);
      List<Settlement> settlements = new ArrayList<>();
      // One of each kind first: each must work without free memory.
      settlements.add(new Settlement.Held(claims.get(0).sequence(), "a/b"));
      settlements.add(new Settlement.Refused(claims.get(1).sequence(), Instant.now(), "x", false));
      settlements.add(new Settlement.Released(claims.get(2).sequence()));
      for (Settlement each : settlements) {
        inbox.settle(List.of(each));
      }
      inbox.settle(
          claims.subList(3, stored).stream()
              .map(claim -> new Settlement.Published(claim.sequence()))
              .toList());
      assertThat(inbox.append(event("evt_more"))).isEqualTo(Appended.STORED);
      assertThat(inbox.counts().waiting()).isEqualTo(4);
    }
  }

  @Test
  void timesOutOnARedisThatHangs() throws Exception {
    try (RedisProcess redis = RedisProcess.start(folder);
        RedisInbox inbox = open(redis)) {
      assertThat(inbox.append(event("evt_1"))).isEqualTo(Appended.STORED);
      redis.freeze();
      assertThatThrownBy(() -> inbox.append(event("evt_2")))
          .isInstanceOf(InboxException.Unavailable.class)
          .hasMessageContaining("timed out");
      redis.thaw();
      // Redis may have stored it after all.
      assertThat(inbox.append(event("evt_2"))).isIn(Appended.STORED, Appended.DUPLICATE);
      assertThat(ids(inbox.claim(10, Duration.ZERO))).containsExactly("evt_1", "evt_2");
    }
  }

  @Test
  void keepsAWaitingEntryInLittleMoreThanHalfItsEvent() throws Exception {
    int count = System.getProperty("rounds", "").isEmpty() ? 10_000 : 100_000;
    try (RedisProcess redis = RedisProcess.start(folder);
        RedisInbox inbox = open(redis)) {
      long before = redis.usedMemory();
      append(inbox, count);
      long each = (redis.usedMemory() - before) / count;
      System.out.printf(
          "a waiting entry takes %d bytes, its event has %d%n", each, StripeBodies.BYTES);
      assertThat(each).isLessThan(1_600);
    }
  }

  private static void append(Inbox inbox, int count) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers = new ArrayList<>();
      for (int w = 0; w < 8; w++) {
        int first = w;
        writers.add(
            threads.submit(() -> {
              for (int i = first; i < count; i += 8) {
                inbox.append(event("evt_1SdF006Qm8VtBn2LdWz" + (10_000_000 + i)));
              }
              return first;
            }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
  }

  /// Publishing frees memory, so a replica that starts must get to it.
  @Test
  void makesRefusedEntriesDueWhenRedisIsFull() throws Exception {
    try (RedisProcess redis = RedisProcess.start(folder, "--maxmemory-policy", "noeviction");
        RedisInbox inbox = open(redis)) {
      inbox.append(event("evt_refused"));
      Claim refused = inbox.claim(1, Duration.ZERO).getFirst();
      inbox.settle(
          List.of(
              new Settlement.Refused(
                  refused.sequence(), Instant.now().plusSeconds(20), "full", false)));
      redis.command("CONFIG", "SET", "maxmemory", "4mb");
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100_000; i++) {
                  inbox.append(event("evt_" + i));
                }
              })
          .isInstanceOf(InboxException.Unavailable.class);

      inbox.makeRefusedDue();
      assertThat(inbox.claim(1, Duration.ZERO)).hasSize(1);
    }
  }
}
