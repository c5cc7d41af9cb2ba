package stripebridge.cli.validate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.output.Counted;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Consumer;
import stripebridge.core.broker.QueueAccess.Flow;
import stripebridge.core.broker.QueueAccess.Session;
import stripebridge.core.broker.QueueFlow;
import stripebridge.core.broker.QueueMessage;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Topology;

/// The queues while a validation runs: its witness is consumed, and those of the topology are
/// browsed as far as that is wise. What is not ours is left where it is.
final class WatchedQueues implements AutoCloseable {
  /// Deeper ones take too long to browse.
  static final long DEPTH_MAX = 10_000;

  /// Why a queue is not looked at that the broker does not have.
  static final String MISSING = "there is no such queue";

  // As many as a browser may have on their way: 64 of 1 MiB each fit into any heap.
  private static final int WINDOW = 64;

  private final RunId run;
  private final Arrivals arrivals = new Arrivals();
  private final Map<String, QueueEvidence> proofs = new LinkedHashMap<>();
  private final List<FlowReader> readers = new ArrayList<>();
  private final Set<String> toReject = ConcurrentHashMap.newKeySet();
  private final @Nullable BrokerAdmin admin;
  private @Nullable FlowReader witness;
  private boolean isRejecting;

  /// Who uses the queues of the topology, before anything of ours does.
  ///
  /// @param statuses by queue, of those that are there
  /// @param consumers the clients that are bound as consumers, by queue
  record Usage(Map<String, QueueStatus> statuses, Map<String, List<String>> consumers) {
    /// SEMP was not asked.
    static final Usage UNKNOWN = new Usage(Map.of(), Map.of());

    static Usage read(BrokerAdmin admin, Topology topology)
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
      return new Usage(statuses, consumers);
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

  /// @param admin absent when counters cannot be asked for
  WatchedQueues(RunId run, @Nullable BrokerAdmin admin) {
    this.run = run;
    this.admin = admin;
  }

  /// Begins to look at the queues of a topology.
  void watch(Session session, Topology topology, Usage use) {
    for (QueueSpec queue : topology.objects().queues()) {
      proofs.put(queue.name(), proof(session, queue.name(), use));
    }
  }

  private QueueEvidence proof(Session session, String queue, Usage use) {
    QueueStatus status = use.statuses().get(queue);
    if (admin != null && status == null) {
      return new QueueEvidence.None(queue, MISSING);
    }
    int consumers = use.consumers().getOrDefault(queue, List.of()).size();
    if (status != null && consumers > 0) {
      return new QueueEvidence.Counted(
          queue, Counted.of(consumers, "consumer") + " bound", status.counters().spooled());
    }
    if (status != null && status.depth() > DEPTH_MAX) {
      return new QueueEvidence.Counted(
          queue, "holds " + Counted.of(status.depth(), "message"), status.counters().spooled());
    }
    try {
      Flow flow = session.browse(queue, WINDOW);
      FlowReader reader =
          FlowReader.start(
              queue,
              flow,
              delivery -> {
                if (run.isOurs(delivery.message())) {
                  note(queue, delivery.message());
                  delivery.acknowledge();
                }
              });
      readers.add(reader);
      return new QueueEvidence.Browsed(
          queue, reader, status == null ? -1 : status.counters().spooled());
    } catch (BrokerException e) {
      String why = String.valueOf(e.getMessage());
      return status == null
          ? new QueueEvidence.None(queue, why)
          : new QueueEvidence.Counted(queue, why, status.counters().spooled());
    }
  }

  private void note(String queue, QueueMessage message) {
    String id = String.valueOf(message.content().applicationMessageId());
    arrivals.add(id, new Arrivals.Arrival(queue, message, System.nanoTime()));
  }

  /// Begins to take what comes to our own queue.
  ///
  /// @throws BrokerException when it cannot be consumed
  void watchWitness(Session session) throws BrokerException {
    Consumer consumer;
    try {
      consumer = session.consume(run.witness(), WINDOW, true);
      isRejecting = true;
    } catch (BrokerException.Refused _) {
      // A broker before 10.2.1.
      consumer = session.consume(run.witness(), WINDOW, false);
    }
    FlowReader reader =
        FlowReader.start(
            run.witness(),
            consumer,
            delivery -> {
              boolean rejected =
                  toReject.contains(
                      String.valueOf(delivery.message().content().applicationMessageId()));
              if (run.isOurs(delivery.message())) {
                note(run.witness(), delivery.message());
              }
              if (rejected) {
                delivery.reject();
              } else {
                delivery.acknowledge();
              }
            });
    readers.add(reader);
    consumer.start();
    witness = reader;
  }

  boolean hasWitness() {
    return witness != null;
  }

  /// Whether the broker takes rejections.
  boolean isRejecting() {
    return isRejecting;
  }

  /// Has the witness reject the message of an event that is not posted yet.
  void reject(String id) {
    toReject.add(id);
  }

  Arrivals arrivals() {
    return arrivals;
  }

  QueueEvidence proof(String queue) {
    QueueEvidence proof = proofs.get(queue);
    return proof == null ? new QueueEvidence.None(queue, "it is not in the topology") : proof;
  }

  List<QueueEvidence> proofs() {
    return List.copyOf(proofs.values());
  }

  /// The status of a queue now; nothing when there is none, or nobody may be asked.
  Optional<QueueStatus> status(String queue) throws BrokerException, InterruptedException {
    return admin == null ? Optional.empty() : admin.queue(queue);
  }

  /// Waits until so many messages have come into a queue.
  ///
  /// @return whether they have, by the counters
  boolean awaitSpooled(QueueEvidence.Counted counted, long messages, long deadline)
      throws BrokerException, InterruptedException {
    while (true) {
      Optional<QueueStatus> now = status(counted.queue());
      if (now.isPresent() && now.get().counters().spooled() - counted.spooled() >= messages) {
        return true;
      }
      if (!arrivals.await(() -> false, Math.min(deadline, soon()))
          && System.nanoTime() > deadline) {
        return false;
      }
    }
  }

  private static long soon() {
    return System.nanoTime() + Duration.ofMillis(200).toNanos();
  }

  @Override
  public void close() {
    readers.forEach(FlowReader::close);
  }
}
