package stripebridge.bench.serve;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxOptions;

/// Measures a backlog of a million events that wait for a broker, with a heap of 256 MB.
final class Backlog {
  private static final long EVENTS = Long.getLong("backlog", 1_000_000);

  private Backlog() {}

  static boolean run(Path folder) throws Exception {
    try (SandboxBroker broker = SandboxBroker.start(SandboxOptions.defaults())) {
      broker.vpn("default").createOpenQueue("bench", "stripe/webhook/v1/>");
      broker.inject(new Fault.Outage(Duration.ofHours(2)));
      try (ServeProcess serve = new ServeProcess(folder.resolve("backlog"), broker, "-Xmx256m")) {
        long begun = System.nanoTime();
        new Webhooks(serve.port()).post(EVENTS);
        double taken = (System.nanoTime() - begun) / 1e9;
        broker.clearFaults();
        long drainBegun = System.nanoTime();
        AtomicLong arrived = new AtomicLong();
        // Messages are discarded: the broker's memory is not measured.
        while (arrived.get() < EVENTS && serve.isAlive()) {
          ServeProcess.await(
              () -> broker.vpn("default").queue("bench").depth() > 0 || !serve.isAlive());
          arrived.addAndGet(QueueConsumer.of(broker, "bench"));
        }
        double drained = (System.nanoTime() - drainBegun) / 1e9;
        System.out.printf(
            "  backlog of %,d in -Xmx256m: accepted in %.0f s (%.0f/s), drained in %.0f s"
                + " (%.0f/s)%n",
            EVENTS, taken, EVENTS / taken, drained, arrived.get() / drained);
        return arrived.get() >= EVENTS && serve.isAlive();
      }
    }
  }
}
