package stripebridge.cli.validate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stripebridge.cli.CommandFailure;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueFlow;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Topology;

/// Who uses the queues of the topology, before anything of ours does.
///
/// @param statuses by queue, of those that are there
/// @param consumers the clients that are bound as consumers, by queue
record QueueUse(Map<String, QueueStatus> statuses, Map<String, List<String>> consumers) {
  /// SEMP was not asked.
  static final QueueUse UNKNOWN = new QueueUse(Map.of(), Map.of());

  static QueueUse read(BrokerAdmin admin, Topology topology)
      throws BrokerException, InterruptedException {
    Map<String, QueueStatus> statuses = new LinkedHashMap<>();
    Map<String, List<String>> consumers = new LinkedHashMap<>();
    for (QueueSpec queue : topology.objects().queues()) {
      Optional<QueueStatus> status = admin.queue(queue.name());
      if (status.isPresent()) {
        statuses.put(queue.name(), status.get());
        consumers.put(
            queue.name(), status.get().boundFlows() == 0 ? List.of() : bound(admin, queue));
      }
    }
    return new QueueUse(statuses, consumers);
  }

  /// Whoever only browses takes nothing.
  private static List<String> bound(BrokerAdmin admin, QueueSpec queue)
      throws BrokerException, InterruptedException {
    List<String> clients = new ArrayList<>();
    for (QueueFlow flow : admin.flows(queue.name())) {
      if (!flow.activity().contains("browser")) {
        clients.add(flow.clientName());
      }
    }
    return clients;
  }

  /// @throws CommandFailure naming queue and client when a consumer would get our messages
  void refuseConsumers() {
    List<String> clauses = new ArrayList<>();
    consumers.forEach((queue, clients) -> {
      if (!clients.isEmpty()) {
        clauses.add("'" + queue + "' by " + String.join(", ", clients));
      }
    });
    if (!clauses.isEmpty()) {
      throw CommandFailure.usage(
          "nothing was posted: consumers would get the messages of the validation: "
              + String.join("; ", clauses),
          "stop them, or pass --with-consumers; they can tell these messages by the user property"
              + " synthetic=true");
    }
  }
}
