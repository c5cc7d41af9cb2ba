package stripebridge.bench.serve;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import stripebridge.core.inbox.Inbox;
import stripebridge.sandbox.RecordedMessage;
import stripebridge.sandbox.SandboxBroker;

/// A sandbox with one queue for all messages of the bridge.
final class BenchBroker implements AutoCloseable {
  private static final String QUEUE = "bench";
  private static final int SAMPLE = 2_000;

  private final SandboxBroker broker = SandboxBroker.start();

  /// With an empty queue.
  BenchBroker() {
    empty();
  }

  int port() {
    return broker.smfPort();
  }

  /// Removes all messages.
  void empty() {
    empty(broker);
  }

  /// Creates a new, empty queue for all published messages.
  static void empty(SandboxBroker broker) {
    try {
      broker.vpn("default").deleteQueue(QUEUE);
    } catch (RuntimeException _) {
      // There is no such queue the first time.
    }
    broker.vpn("default").createOpenQueue(QUEUE, "stripe/webhook/v1/>");
    // In MB: more than any round publishes.
    broker.vpn("default").updateQueue(QUEUE, Map.of("maxMsgSpoolUsage", 100_000));
  }

  /// Messages as the bridge publishes them for such events.
  List<RecordedMessage> sample(Path folder, Traffic traffic) throws Exception {
    empty();
    Path file = folder.resolve("sample.db");
    try (Inbox inbox = ServeBench.openInbox(file)) {
      traffic.fill(inbox, 0, SAMPLE);
      try (RelayRun relay = new RelayRun(inbox, port())) {
        double _ = relay.rate(Duration.ofMinutes(1));
      }
    }
    ServeBench.deleteInbox(file);
    List<RecordedMessage> messages = broker.vpn("default").queue(QUEUE).messages();
    empty();
    if (messages.size() < SAMPLE) {
      throw new IllegalStateException("only %d of %d".formatted(messages.size(), SAMPLE));
    }
    return messages;
  }

  @Override
  public void close() {
    broker.close();
  }
}
