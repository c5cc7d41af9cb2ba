package stripebridge.bench.serve;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stripebridge.sandbox.SandboxBroker;

/// Measures the time from the post to the consumer, one event at a time.
final class EndToEndLatency {
  private static final int EVENTS = 500;
  private static final int WARM_UP = 200;

  private EndToEndLatency() {}

  static boolean run(Path folder) throws Exception {
    List<Double> times = new ArrayList<>();
    try (SandboxBroker broker = SandboxBroker.start()) {
      broker.vpn("default").createOpenQueue("bench", "stripe/webhook/v1/>");
      try (ServeProcess serve = new ServeProcess(folder.resolve("way"), broker);
          QueueConsumer consumer = new QueueConsumer(broker, "bench");
          Webhooks.Connection connection = new Webhooks.Connection(serve.port())) {
        for (int i = -WARM_UP; i < EVENTS; i++) {
          long begun = System.nanoTime();
          connection.post();
          while (!consumer.take()) {}
          ServeBench.add(i, times, (System.nanoTime() - begun) / 1e6);
        }
      }
    }
    List<Double> sorted = times.stream().sorted().toList();
    System.out.printf(
        "  from the post to the consumer: p50 %.1f ms, p99 %.1f ms%n",
        sorted.get(EVENTS / 2), sorted.get(EVENTS * 99 / 100));
    // There is no promise for it.
    return true;
  }
}
