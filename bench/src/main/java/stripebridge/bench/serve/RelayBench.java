package stripebridge.bench.serve;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import stripebridge.bench.Rows;
import stripebridge.bench.Samples;
import stripebridge.core.inbox.Inbox;
import stripebridge.sandbox.RecordedMessage;

/// Measures the relay from the file to a broker on the same machine, compared with a loop that
/// publishes the same messages from the heap.
final class RelayBench {
  private static final int EVENTS = Integer.getInteger("events", 20_000);
  private static final Duration ROUND_MAX = Duration.ofSeconds(30);
  private static final double MIN = 0.95;

  private RelayBench() {}

  static boolean run(Path folder) throws Exception {
    Samples ofMany = new Samples();
    Samples ofOne = new Samples();
    try (BenchBroker broker = new BenchBroker()) {
      List<RecordedMessage> messages = broker.sample(folder, Traffic.ofAccounts(500));
      for (int round = -1; round < Rows.ROUNDS; round++) {
        double bare = loop(broker, messages);
        ofMany.add(round, relay(folder, broker, Traffic.ofAccounts(500)), bare);
        ofOne.add(round, relay(folder, broker, Traffic.ONE_ACCOUNT), bare);
      }
    }
    return ofMany.atLeast("relay, loopback, 500 accounts, vs. bare loop", MIN)
        & ofOne.atLeast("relay, loopback, 1 account, vs. bare loop", MIN);
  }

  private static double relay(Path folder, BenchBroker broker, Traffic traffic) throws Exception {
    broker.empty();
    Path file = folder.resolve("relay.db");
    try (Inbox inbox = ServeBench.openInbox(file)) {
      traffic.fill(inbox, 0, EVENTS);
      try (RelayRun relay = new RelayRun(inbox, broker.port())) {
        return relay.rate(ROUND_MAX);
      }
    } finally {
      ServeBench.deleteInbox(file);
    }
  }

  private static double loop(BenchBroker broker, List<RecordedMessage> messages) throws Exception {
    broker.empty();
    try (BareLoop loop = new BareLoop(broker.port(), BareLoop.WINDOW)) {
      return loop.rate(messages, EVENTS, ROUND_MAX);
    }
  }
}
