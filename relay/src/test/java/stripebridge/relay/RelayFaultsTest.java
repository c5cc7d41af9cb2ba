package stripebridge.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static stripebridge.relay.Events.charge;
import static stripebridge.relay.Events.chargeTopic;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import stripebridge.core.broker.Refusal;
import stripebridge.core.testing.Eventually;
import stripebridge.core.testing.Seed;
import stripebridge.relay.MemoryInbox.Action;
import stripebridge.relay.MemoryInbox.State;

/// The relay's real threads amid random faults of inbox and broker. [RelayStateSimulationTest]
/// plays more orders of events; this test has the races.
class RelayFaultsTest {
  private static final int TOPICS = 7;
  private static final int FAULTS = 300;
  private static final Refusal FOR_NOW = new Refusal(Refusal.Kind.TRANSIENT, "SHUT_DOWN", "shut");
  private static final RelayLimits LIMITS =
      new RelayLimits(
          5,
          3,
          100,
          1 << 20,
          1 << 10,
          20,
          3,
          Duration.ofMillis(200),
          new Backoff(Duration.ofMillis(2), Duration.ofMillis(20)),
          new Backoff(Duration.ofMillis(2), Duration.ofMillis(20)));

  @Test
  @Timeout(120)
  void losesNothingAndKeepsEachTopicInOrder() throws Exception {
    RandomGenerator random = Seed.random("RelayFaultsTest");
    for (int round = 0; round < Seed.rounds(3); round++) {
      play(random);
    }
  }

  private static void play(RandomGenerator random) throws Exception {
    MemoryInbox inbox = new MemoryInbox(InstantSource.system());
    RecordingObserver observer = new RecordingObserver();
    // A generator of its own: the relay draws from another thread than the faults.
    RandomGenerator jitter =
        RandomGeneratorFactory.of("L64X128MixRandom").create(random.nextLong());
    try (MemoryPublisher broker = new MemoryPublisher()) {
      Relay relay =
          new Relay(
              inbox, broker, Events.COMPOSER, LIMITS, observer, InstantSource.system(), jitter);
      relay.start();
      for (int fault = 0; fault < FAULTS; fault++) {
        for (int i = random.nextInt(6); i > 0; i--) {
          inbox.append(charge("evt_" + (inbox.size() + 1), "acct_" + inbox.size() % TOPICS));
        }
        fault(random, inbox, broker);
        LockSupport.parkNanos(random.nextInt(10_000_000));
      }
      calm(inbox, broker);
      long all = inbox.size();
      Eventually.until(
          () -> inbox.states().equals(Map.of(State.PUBLISHED, all)),
          () -> inbox.states() + " " + relay.status());
      for (int i = 0; i < TOPICS; i++) {
        assertThat(firstTaken(broker, i)).isEqualTo(appended(all, i));
      }
      assertThat(relay.stop(Duration.ofSeconds(5))).isEqualTo(new Leftovers(0, 0));
      assertThat(observer.bugs).isEmpty();
    }
  }

  private static void fault(RandomGenerator random, MemoryInbox inbox, MemoryPublisher broker) {
    String topic = chargeTopic("acct_" + random.nextInt(TOPICS));
    switch (random.nextInt(20)) {
      case 0, 1, 2 -> broker.refuse(topic, _ -> Optional.of(FOR_NOW));
      case 3, 4, 5 -> broker.takeAgain(topic);
      case 6 -> inbox.fail(Action.SETTLE);
      case 7 -> inbox.fail(Action.CLAIM);
      case 8, 9 -> inbox.work();
      case 10 -> broker.goAway();
      case 11, 12 -> broker.comeBack();
      case 13 -> broker.beSilent(true);
      case 14, 15 -> broker.beSilent(false);
      case 16 -> broker.block(random.nextBoolean());
      case 17, 18 -> {
        if (broker.producersOpened() > 0) {
          broker.lose();
        }
      }
      default -> broker.block(false);
    }
  }

  private static void calm(MemoryInbox inbox, MemoryPublisher broker) {
    inbox.work();
    broker.comeBack();
    broker.beSilent(false);
    broker.block(false);
    for (int i = 0; i < TOPICS; i++) {
      broker.takeAgain(chargeTopic("acct_" + i));
    }
  }

  /// The messages the broker accepted on a topic, without copies.
  private static List<String> firstTaken(MemoryPublisher broker, int topic) {
    return new ArrayList<>(new LinkedHashSet<>(broker.taken(chargeTopic("acct_" + topic))));
  }

  private static List<String> appended(long all, int topic) {
    return IntStream.rangeClosed(1, (int) all)
        .filter(i -> (i - 1) % TOPICS == topic)
        .mapToObj(i -> "evt_" + i)
        .toList();
  }
}
