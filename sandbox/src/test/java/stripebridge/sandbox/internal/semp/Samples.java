package stripebridge.sandbox.internal.semp;

import stripebridge.sandbox.internal.broker.BrokerManagement.ClientSnapshot;
import stripebridge.sandbox.internal.broker.BrokerManagement.FlowSnapshot;
import stripebridge.sandbox.internal.broker.BrokerManagement.MessageSnapshot;

/// Messages, flows and clients with plausible values.
final class Samples {

  static final long SPOOLED_MILLIS = 1_790_000_000_000L;

  private Samples() {}

  static MessageSnapshot message(long id, long bytes) {
    return new MessageSnapshot(
        id, "rmid1:0-0-0-" + id, true, 0, 4, 1, SPOOLED_MILLIS, false, 0, bytes, 7, "cus_1");
  }

  static FlowSnapshot flow(int id, String client) {
    return new FlowSnapshot(id, client, "active-consumer", SPOOLED_MILLIS, 255, 3, 7, 1);
  }

  static ClientSnapshot client(String name) {
    return new ClientSnapshot(
        name,
        "bridge",
        "default",
        "default",
        "127.0.0.1:5",
        "",
        "Linux",
        "10.29.1",
        SPOOLED_MILLIS,
        12,
        34);
  }
}
