package stripebridge.bench.serve;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import stripebridge.bench.Rows;
import stripebridge.bench.Samples;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.Settlement;
import stripebridge.sandbox.RecordedMessage;

/// Measures the relay with a broker that is 20 ms away, as most users have it: one account, one
/// event type. Ours and the bare loop use the same proxy, client library, window and ack mode.
final class NetworkBench {
  private static final Duration ONE_WAY = Duration.ofMillis(10);
  private static final Duration ROUND_TRIP = ONE_WAY.multipliedBy(2);
  // A side that is too slow for all events is measured by what it does in this time.
  private static final Duration ROUND_MAX = Duration.ofSeconds(Integer.getInteger("seconds", 15));
  private static final Duration SLOW_MAX = Duration.ofSeconds(4);

  private static final int INBOX = Integer.getInteger("events", 50_000);
  private static final double RELAY_MIN = 0.8;
  private static final double LOOP_MIN = 100;
  // A message at a time leaves no round trip for our own work.
  private static final double ONE_CUSTOMER_MIN = 0.9;

  private static final int HELD = Integer.getInteger("held", 100_000);
  private static final int CLAIMED_MAX = 4_096;
  private static final int ARRIVING_PER_SECOND = 500;
  private static final double DRAINING_MIN = 0.7;

  private static final int OF_ONE_CUSTOMER = 10_000;
  private static final int OTHERS = 1_000;
  private static final int OTHERS_PER_SECOND = 100;
  private static final Duration OTHERS_MAX = Duration.ofSeconds(1);

  private static final int ACKS = 200;
  private static final int ACKS_PER_SECOND = 20;
  private static final Duration ACKS_MAX = ROUND_TRIP.plusMillis(15);

  private NetworkBench() {}

  /// The rate of an inbox full of distinct customers, and of one customer only.
  static boolean rates(Path folder) throws Exception {
    Samples relayed = new Samples();
    Samples looped = new Samples();
    Samples ofOneCustomer = new Samples();
    try (BenchBroker broker = new BenchBroker();
        DelayProxy proxy = new DelayProxy(broker.port(), ONE_WAY)) {
      List<RecordedMessage> messages = broker.sample(folder, Traffic.ONE_ACCOUNT);
      List<RecordedMessage> ofOne = broker.sample(folder, Traffic.ONE_CUSTOMER);
      for (int round = -1; round < Rows.ROUNDS; round++) {
        double bare = loop(broker, proxy, messages);
        double oneByOne = oneByOne(broker, proxy, ofOne);
        relayed.add(
            round, relay(folder, broker, proxy, Traffic.ONE_ACCOUNT, INBOX, ROUND_MAX), bare);
        looped.add(round, bare, oneByOne);
        ofOneCustomer.add(
            round, relay(folder, broker, proxy, Traffic.ONE_CUSTOMER, 2_000, SLOW_MAX), oneByOne);
      }
    }
    return relayed.atLeast("relay, 20 ms, one account, vs. bare loop", RELAY_MIN)
        & looped.atLeast("that loop, vs. one message a round trip", LOOP_MIN)
        & ofOneCustomer.atLeast(
            "relay, 20 ms, one customer, vs. one a round trip", ONE_CUSTOMER_MIN);
  }

  private static double relay(
      Path folder,
      BenchBroker broker,
      DelayProxy proxy,
      Traffic traffic,
      int events,
      Duration atMost)
      throws Exception {
    broker.empty();
    Path file = folder.resolve("network.db");
    try (Inbox inbox = ServeBench.openInbox(file)) {
      traffic.fill(inbox, 0, events);
      try (RelayRun relay = new RelayRun(inbox, proxy.port())) {
        return relay.rate(atMost);
      }
    } finally {
      ServeBench.deleteInbox(file);
    }
  }

  private static double loop(BenchBroker broker, DelayProxy proxy, List<RecordedMessage> messages)
      throws Exception {
    broker.empty();
    try (BareLoop loop = new BareLoop(proxy.port(), BareLoop.WINDOW)) {
      return loop.rate(messages, INBOX, ROUND_MAX);
    }
  }

  private static double oneByOne(
      BenchBroker broker, DelayProxy proxy, List<RecordedMessage> messages) throws Exception {
    broker.empty();
    try (BareLoop loop = new BareLoop(proxy.port(), 1)) {
      return loop.rate(messages, INBOX, SLOW_MAX);
    }
  }

  /// A topic that was held, and whose queue takes messages again, while more of it arrive.
  static boolean draining(Path folder) throws Exception {
    Samples drained = new Samples();
    try (BenchBroker broker = new BenchBroker();
        DelayProxy proxy = new DelayProxy(broker.port(), ONE_WAY)) {
      List<RecordedMessage> messages = broker.sample(folder, Traffic.ONE_ACCOUNT);
      for (int round = -1; round < Rows.ROUNDS; round++) {
        double bare = loop(broker, proxy, messages);
        drained.add(round, drain(folder, broker, proxy), bare);
      }
    }
    return drained.atLeast(
        "draining %,d held, 20 ms, %d/s arrive, vs. bare loop".formatted(HELD, ARRIVING_PER_SECOND),
        DRAINING_MIN);
  }

  private static double drain(Path folder, BenchBroker broker, DelayProxy proxy) throws Exception {
    broker.empty();
    Path file = folder.resolve("held.db");
    try (Inbox inbox = ServeBench.openInbox(file)) {
      Traffic.ONE_ACCOUNT.fill(inbox, 0, HELD);
      hold(inbox);
      try (Arriving arriving = new Arriving(inbox, Traffic.ONE_ACCOUNT, HELD, ARRIVING_PER_SECOND);
          RelayRun relay = new RelayRun(inbox, proxy.port())) {
        long begun = System.nanoTime();
        relay.start();
        arriving.start();
        // What is in flight always waits, so the inbox is never empty.
        long left = relay.awaitWaiting(BareLoop.WINDOW, begun + ROUND_MAX.toNanos());
        return (HELD + arriving.count() - left) / ((System.nanoTime() - begun) / 1e9);
      }
    } finally {
      ServeBench.deleteInbox(file);
    }
  }

  /// Holds all entries, as the relay does when their topic is refused.
  private static void hold(Inbox inbox) throws Exception {
    String topic = RelayRun.TOPIC + "/acct_0";
    List<Claim> claims = inbox.claim(CLAIMED_MAX, Duration.ZERO);
    while (!claims.isEmpty()) {
      inbox.settle(
          claims.stream().map(claim -> new Settlement.Held(claim.sequence(), topic)).toList());
      claims = inbox.claim(CLAIMED_MAX, Duration.ZERO);
    }
  }

  /// Other customers behind ten thousand events of one.
  static boolean hotKey(Path folder) throws Exception {
    Samples times = new Samples();
    try (BenchBroker broker = new BenchBroker();
        DelayProxy proxy = new DelayProxy(broker.port(), ONE_WAY)) {
      for (int round = -1; round < Rows.ROUNDS; round++) {
        double alone = others(folder, broker, proxy, 0);
        times.add(round, others(folder, broker, proxy, OF_ONE_CUSTOMER), alone);
      }
    }
    return times.below(
        "p99 of others behind %,d of one customer, 20 ms".formatted(OF_ONE_CUSTOMER),
        "without those",
        OTHERS_MAX.toMillis());
  }

  /// The 99th percentile of the time from accepting an event of another customer to its ack, in
  /// milliseconds. An event that was not acknowledged in time counts as infinite.
  private static double others(Path folder, BenchBroker broker, DelayProxy proxy, int ahead)
      throws Exception {
    broker.empty();
    Path file = folder.resolve("hot.db");
    try (Inbox inbox = ServeBench.openInbox(file)) {
      Traffic.ONE_CUSTOMER.fill(inbox, 0, ahead);
      return times(
          inbox, proxy, new Arriving(inbox, Traffic.ONE_ACCOUNT, ahead, OTHERS_PER_SECOND), OTHERS);
    } finally {
      ServeBench.deleteInbox(file);
    }
  }

  /// The time to the ack at a low rate, where nothing queues.
  static boolean acks(Path folder) throws Exception {
    Samples times = new Samples();
    try (BenchBroker broker = new BenchBroker();
        DelayProxy proxy = new DelayProxy(broker.port(), ONE_WAY)) {
      List<RecordedMessage> messages = broker.sample(folder, Traffic.ONE_ACCOUNT);
      for (int round = -1; round < Rows.ROUNDS; round++) {
        double bare;
        try (BareLoop loop = new BareLoop(proxy.port(), BareLoop.WINDOW)) {
          bare = p99(loop.times(messages, ACKS_PER_SECOND, ACKS));
        }
        Path file = folder.resolve("acks.db");
        try (Inbox inbox = ServeBench.openInbox(file)) {
          Arriving arriving = new Arriving(inbox, Traffic.ONE_ACCOUNT, 0, ACKS_PER_SECOND);
          times.add(round, times(inbox, proxy, arriving, ACKS), bare);
        } finally {
          ServeBench.deleteInbox(file);
        }
      }
    }
    return times.below(
        "p99 from accept to ack, 20 ms, %d/s".formatted(ACKS_PER_SECOND),
        "send to ack in a bare loop",
        ACKS_MAX.toMillis());
  }

  private static double times(Inbox inbox, DelayProxy proxy, Arriving arriving, int count)
      throws Exception {
    ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
    AtomicInteger answered = new AtomicInteger();
    try (arriving;
        RelayRun relay =
            new RelayRun(
                inbox,
                proxy.port(),
                (id, took) -> {
                  if (arriving.isOurs(id)) {
                    millis.add(took.toNanos() / 1e6);
                    answered.incrementAndGet();
                  }
                })) {
      relay.start();
      arriving.start();
      long seconds = (long) (count / arriving.perSecond());
      long deadline = System.nanoTime() + Duration.ofSeconds(seconds).plus(SLOW_MAX).toNanos();
      while (answered.get() < count && System.nanoTime() < deadline) {
        LockSupport.parkNanos(1_000_000);
      }
    }
    // Those that arrive after the counted ones are not waited for.
    List<Double> counted = new ArrayList<>(millis.stream().limit(count).toList());
    while (counted.size() < count) {
      counted.add(Double.POSITIVE_INFINITY);
    }
    return p99(counted);
  }

  private static double p99(List<Double> millis) {
    return millis.stream().sorted().skip((long) (millis.size() * 0.99)).findFirst().orElseThrow();
  }
}
