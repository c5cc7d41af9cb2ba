package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stripebridge.sandbox.RecordedMessage;
import stripebridge.sandbox.SandboxBroker;

/// The messages in a broker with one queue for all topics.
final class Arrivals {
  private static final String QUEUE = "stripe.all.inbound";

  private final SandboxBroker broker;

  Arrivals(SandboxBroker broker) {
    this.broker = broker;
    broker.vpn("default").createOpenQueue(QUEUE, "stripe/webhook/v1/>");
    broker
        .vpn("default")
        .updateQueue(QUEUE, Map.of("rejectMsgToSenderOnDiscardBehavior", "always"));
  }

  void shut(boolean isShut) {
    broker.vpn("default").updateQueue(QUEUE, Map.of("ingressEnabled", !isShut));
  }

  /// The ids of all messages, in order of arrival.
  List<String> ids() {
    return broker.vpn("default").queue(QUEUE).messages().stream()
        .map(RecordedMessage::applicationMessageId)
        .map(id -> id.orElseThrow())
        .toList();
  }

  int count() {
    return (int) broker.vpn("default").queue(QUEUE).depth();
  }

  void assertNothingIsMissing(Set<String> stored) {
    Set<String> missing = new HashSet<>(stored);
    ids().forEach(missing::remove);
    assertThat(missing).as("stored but not published").isEmpty();
  }

  /// Ignores copies: the first arrival of an event counts.
  void assertOrderOfEachCustomer() {
    Map<String, List<Integer>> orders = new HashMap<>();
    Set<String> seen = new HashSet<>();
    for (String id : ids()) {
      if (seen.add(id)) {
        String[] parts = id.split("_", -1);
        orders
            .computeIfAbsent(Load.customer(id), _ -> new ArrayList<>())
            .add(Integer.parseInt(parts[2]));
      }
    }
    orders.forEach((customer, order) -> assertThat(order).as(customer).isSorted());
  }
}
