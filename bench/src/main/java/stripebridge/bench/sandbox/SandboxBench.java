package stripebridge.bench.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.solacesystems.jcsmp.Destination;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import stripebridge.bench.Samples;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxOptions;
import stripebridge.sandbox.SandboxVpn;
import stripebridge.sandbox.internal.broker.SubscriptionIndex;

/// Measures the promised speed of the sandbox: publishing and consuming compared with a loop that
/// only counts frames, routing with many queues compared with few, and a full spool.
///
/// Prints medians of rounds in which both sides take turns, so that other load on the machine
/// affects both.
public final class SandboxBench {
  private static final int ROUNDS = 9;
  private static final int WARM_UP_ROUNDS = 4;
  private static final int MESSAGES = 100_000;
  private static final int ROUTED = 30_000;
  private static final int LOOKUPS = 320_000;
  private static final int BATCH = 64;
  private static final int FEW = 10;
  private static final int MANY = 10_000;
  private static final double RATE_MIN = 0.4;
  private static final double ROUTING_MAX = 3;

  private SandboxBench() {}

  /// Prints all measurements; exits with 1 if a promise is missed.
  public static void main(String[] args) throws Exception {
    System.out.printf("%nSandbox, 1 KB persistent messages, medians of %d rounds%n", ROUNDS);
    boolean passed = transfer() & lookUp() & route() & ChildJvm.run(SpoolFill.class, "-Xmx2g");
    startUp();
    System.exit(passed ? 0 : 1);
  }

  private static boolean transfer() throws Exception {
    Samples published = new Samples();
    Samples consumed = new Samples();
    List<Destination> topic = Load.topics(List.of(Load.TOPIC));
    try (SandboxBroker broker = SandboxBroker.start();
        FrameCounter counter = new FrameCounter()) {
      SpoolFill.openQueue(broker);
      try (Load sandbox = new Load(broker.smfUri());
          Load floor = new Load(counter.uri())) {
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
          published.add(round, sandbox.publish(MESSAGES, topic), floor.publish(MESSAGES, topic));
          counter.willDeliver(MESSAGES);
          consumed.add(round, sandbox.consume(MESSAGES), floor.consume(MESSAGES));
        }
      }
    }
    return published.atLeast("publish", RATE_MIN) & consumed.atLeast("consume", RATE_MIN);
  }

  /// Measures the index alone: the time that routing adds to a message.
  private static boolean lookUp() {
    SubscriptionIndex<Integer> few = index(FEW);
    SubscriptionIndex<Integer> many = index(MANY);
    Samples samples = new Samples();
    for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
      samples.add(round, nanos(many, topicNames(MANY)), nanos(few, topicNames(FEW)));
    }
    return samples.atMost(MANY + " queues: look up a topic", "ns", ROUTING_MAX);
  }

  private static SubscriptionIndex<Integer> index(int queues) {
    SubscriptionIndex<Integer> index = new SubscriptionIndex<>();
    for (int i = 0; i < queues; i++) {
      for (String subscription : subscriptions(i)) {
        index.add(subscription, i);
      }
    }
    return index;
  }

  /// Each topic is created just before its lookup, as from a frame that has just arrived: this
  /// measures the index's own memory accesses, not those to a list of topics.
  private static double nanos(SubscriptionIndex<Integer> index, List<String> topics) {
    Set<Integer> found = new LinkedHashSet<>();
    String[] arrived = new String[BATCH];
    long matches = 0;
    long nanos = 0;
    for (int i = 0; i < LOOKUPS; i += BATCH) {
      for (int j = 0; j < BATCH; j++) {
        arrived[j] = new String(topics.get((i + j) % topics.size()).getBytes(UTF_8), UTF_8);
      }
      long start = System.nanoTime();
      for (String topic : arrived) {
        found.clear();
        index.match(topic, found);
        matches += found.size();
      }
      nanos += System.nanoTime() - start;
    }
    if (matches != LOOKUPS) {
      throw new IllegalStateException(matches + " matches for " + LOOKUPS + " topics");
    }
    return (double) nanos / LOOKUPS;
  }

  /// Measures the whole path, from the client's send to its ack.
  private static boolean route() throws Exception {
    Samples samples = new Samples();
    try (SandboxBroker few = SandboxBroker.start();
        SandboxBroker many = SandboxBroker.start()) {
      createQueues(few, FEW);
      createQueues(many, MANY);
      List<Destination> fewTopics = Load.topics(topicNames(FEW));
      List<Destination> manyTopics = Load.topics(topicNames(MANY));
      try (Load ofFew = new Load(few.smfUri());
          Load ofMany = new Load(many.smfUri())) {
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
          samples.add(
              round,
              1e9 / ofMany.publish(ROUTED, manyTopics),
              1e9 / ofFew.publish(ROUTED, fewTopics));
        }
      }
    }
    return samples.atMost(MANY + " queues: publish a message", "ns", ROUTING_MAX);
  }

  private static void createQueues(SandboxBroker broker, int count) {
    SandboxVpn vpn = broker.vpn("default");
    for (int i = 0; i < count; i++) {
      vpn.createOpenQueue("q" + i, subscriptions(i).toArray(String[]::new));
      // A quota of 0 keeps only the last message: queues do not grow during the measurement.
      vpn.updateQueue("q" + i, Map.of("maxMsgSpoolUsage", 0));
    }
  }

  /// One subscription of each kind: exact, a star for a level, a star at the end of a level.
  private static List<String> subscriptions(int queue) {
    return List.of("exact/q" + queue, "any/*/q" + queue + "/>", "prefix/q" + queue + "-*/x");
  }

  private static List<String> topicNames(int queues) {
    return IntStream.range(0, queues)
        .boxed()
        .flatMap(
            i -> Stream.of("exact/q" + i, "any/thing/q" + i + "/a/b", "prefix/q" + i + "-17/x"))
        .toList();
  }

  private static void startUp() throws Exception {
    List<Double> warm = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      long start = System.nanoTime();
      try (SandboxBroker _ = SandboxBroker.start()) {
        warm.add((System.nanoTime() - start) / 1e6);
      }
    }
    System.out.printf("  start, in a warm JVM  %.1f ms%n", Samples.median(warm));
    List<Double> tls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      long start = System.nanoTime();
      try (SandboxBroker _ =
          SandboxBroker.start(SandboxOptions.defaults().withTls(SandboxOptions.Tls.GENERATED))) {
        tls.add((System.nanoTime() - start) / 1e6);
      }
    }
    System.out.printf("  start with TLS and a certificate, warm  %.1f ms%n", Samples.median(tls));
    List<Double> cold = new ArrayList<>();
    List<Double> processes = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      long start = System.nanoTime();
      cold.add(Double.parseDouble(ChildJvm.firstLine(ColdStart.class)));
      processes.add((System.nanoTime() - start) / 1e6);
    }
    System.out.printf(
        "  start, in a fresh JVM  %.0f ms; the process from launch to ready  %.0f ms%n",
        Samples.median(cold), Samples.median(processes));
  }
}
