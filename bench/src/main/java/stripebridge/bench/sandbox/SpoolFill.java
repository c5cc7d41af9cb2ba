package stripebridge.bench.sandbox;

import com.solacesystems.jcsmp.JCSMPErrorResponseSubcodeEx;
import java.util.List;
import java.util.Map;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxQueue;

/// Fills a sandbox, in a JVM of 2 GB shared with its client, until it refuses a message, and proves
/// that it keeps working.
public final class SpoolFill {
  private static final int LEAST = 1_000_000;
  private static final int MOST = 3_000_000;
  private static final int TAKEN_AFTERWARDS = 10_000;

  private SpoolFill() {}

  /// Exits with 1 if fewer than a million messages fit, or if it accepts more than memory allows.
  public static void main(String[] args) throws Exception {
    boolean passed;
    try (SandboxBroker broker = SandboxBroker.start()) {
      openQueue(broker);
      SandboxQueue queue = broker.vpn("default").queue(Load.QUEUE);
      long spooled;
      int subcode;
      try (Load load = new Load(broker.smfUri())) {
        load.publishUntilRefused(MOST);
        spooled = queue.depth();
        subcode = load.refusalSubcode().orElse(0);
      }
      try (Load load = new Load(broker.smfUri())) {
        load.consume(TAKEN_AFTERWARDS);
        load.publish(TAKEN_AFTERWARDS / 2, Load.topics(List.of(Load.TOPIC)));
      }
      passed = spooled >= LEAST && subcode == JCSMPErrorResponseSubcodeEx.SPOOL_OVER_QUOTA;
      System.out.printf(
          "  %-34s %,9d fit into a heap of %,d MB (at least %,d), then subcode %d%s %s%n",
          "spool",
          spooled,
          Runtime.getRuntime().maxMemory() >> 20,
          LEAST,
          subcode,
          ", and room again once some are consumed",
          passed ? "ok" : "MISSED");
    }
    System.exit(passed ? 0 : 1);
  }

  static void openQueue(SandboxBroker broker) {
    broker
        .vpn("default")
        .createOpenQueue(Load.QUEUE, Load.TOPIC)
        .updateQueue(Load.QUEUE, Map.of("maxMsgSpoolUsage", 100_000));
  }
}
