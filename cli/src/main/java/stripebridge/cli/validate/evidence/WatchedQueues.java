package stripebridge.cli.validate.evidence;

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

/// Reads the queues while a validation runs: consumes its witness, and browses the queues of the
/// topology where that disturbs nobody. Messages of others stay where they are.
public final class WatchedQueues implements AutoCloseable {
  /// A deeper queue takes too long to browse.
  public static final long DEPTH_MAX = 10_000;

  /// Why there is no evidence for a queue that the broker does not have.
  public static final String MISSING = "the queue does not exist";

  // Unacknowledged messages per flow: 64 of 1 MiB each fit into any heap.
  private static final int WINDOW = 64;

  private final RunId run;
  private final Arrivals arrivals = new Arrivals();
  private final Map<String, QueueEvidence> evidence = new LinkedHashMap<>();
  private final List<FlowReader> readers = new ArrayList<>();
  private final Set<String> toReject = ConcurrentHashMap.newKeySet();
  private final @Nullable BrokerAdmin admin;
  private @Nullable FlowReader witness;
  private boolean isRejecting;

  /// The consumers of the queues before the validation starts.
  ///
  /// @param statuses by queue; only of queues that exist
  /// @param consumers the clients bound as consumers, by queue
  public record Usage(Map<String, QueueStatus> statuses, Map<String, List<String>> consumers) {
    /// Without SEMP.
    public static final Usage UNKNOWN = new Usage(Map.of(), Map.of());

    public static Usage read(BrokerAdmin admin, Topology topology)
        throws BrokerException, InterruptedException {
      Map<String, QueueStatus> statuses = new LinkedHashMap<>();
      Map<String, List<String>> consumers = new LinkedHashMap<>();
      List<String> queues = topology.objects().queues().stream().map(QueueSpec::name).toList();
      for (Map.Entry<String, StatusReads.Read> each : StatusReads.of(admin, queues).entrySet()) {
        String queue = each.getKey();
        if (each.getValue().failure() != null) {
          throw each.getValue().failure();
        }
        Optional<QueueStatus> status = each.getValue().status();
        if (status.isPresent()) {
          statuses.put(queue, status.get());
          consumers.put(queue, status.get().boundFlows() == 0 ? List.of() : bound(admin, queue));
        }
      }
      return new Usage(statuses, consumers);
    }

    /// Without browsers, which take no messages.
    private static List<String> bound(BrokerAdmin admin, String queue)
        throws BrokerException, InterruptedException {
      List<String> clients = new ArrayList<>();
      for (QueueFlow flow : admin.flows(queue)) {
        if (!flow.activity().contains("browser")) {
          clients.add(flow.clientName());
        }
      }
      return clients;
    }

    /// Fails if a consumer is bound to a queue.
    ///
    /// @throws CommandFailure naming queue and client if a consumer would receive our messages
    public void refuseConsumers() {
      List<String> clauses = new ArrayList<>();
      consumers.forEach((queue, clients) -> {
        if (!clients.isEmpty()) {
          clauses.add("'" + queue + "' by " + String.join(", ", clients));
        }
      });
      if (!clauses.isEmpty()) {
        throw CommandFailure.usage(
            "nothing was posted: consumers would receive the messages of the validation: "
                + String.join("; ", clauses),
            "stop them, or pass --with-consumers; the messages have the user property"
                + " synthetic=true");
      }
    }
  }

  /// Watches no queue yet.
  ///
  /// @param admin absent without SEMP
  public WatchedQueues(RunId run, @Nullable BrokerAdmin admin) {
    this.run = run;
    this.admin = admin;
  }

  /// Starts reading the queues of a topology.
  public void watch(Session session, Topology topology, Usage usage) {
    for (QueueSpec queue : topology.objects().queues()) {
      evidence.put(queue.name(), evidence(session, queue.name(), usage));
    }
  }

  private QueueEvidence evidence(Session session, String queue, Usage usage) {
    QueueStatus status = usage.statuses().get(queue);
    if (admin != null && status == null) {
      return new QueueEvidence.None(queue, MISSING);
    }
    int consumers = usage.consumers().getOrDefault(queue, List.of()).size();
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

  /// Starts consuming the witness.
  ///
  /// @throws BrokerException if it cannot be consumed
  public void watchWitness(Session session) throws BrokerException {
    Consumer consumer;
    try {
      consumer = session.consume(run.witness(), WINDOW, true);
      isRejecting = true;
    } catch (BrokerException.Refused _) {
      // Brokers before 10.2.1 do not support rejection.
      consumer = session.consume(run.witness(), WINDOW, false);
    }
    FlowReader reader =
        FlowReader.start(
            run.witness(),
            consumer,
            delivery -> {
              boolean isRejected =
                  toReject.contains(
                      String.valueOf(delivery.message().content().applicationMessageId()));
              if (run.isOurs(delivery.message())) {
                note(run.witness(), delivery.message());
              }
              if (isRejected) {
                delivery.reject();
              } else {
                delivery.acknowledge();
              }
            });
    readers.add(reader);
    consumer.start();
    witness = reader;
  }

  public boolean hasWitness() {
    return witness != null;
  }

  /// Whether the broker supports rejection.
  public boolean isRejecting() {
    return isRejecting;
  }

  /// Makes the witness reject the message of an event that is not posted yet.
  public void reject(String id) {
    toReject.add(id);
  }

  public Arrivals arrivals() {
    return arrivals;
  }

  public QueueEvidence evidence(String queue) {
    QueueEvidence known = evidence.get(queue);
    return known == null ? new QueueEvidence.None(queue, "it is not in the topology") : known;
  }

  public List<QueueEvidence> evidence() {
    return List.copyOf(evidence.values());
  }

  /// The current status of a queue; empty if it does not exist, or without SEMP.
  public Optional<QueueStatus> status(String queue) throws BrokerException, InterruptedException {
    return admin == null ? Optional.empty() : admin.queue(queue);
  }

  /// The current status of each queue that can be read; none without SEMP.
  public Map<String, QueueStatus> statuses() throws InterruptedException {
    if (admin == null) {
      return Map.of();
    }
    Map<String, QueueStatus> statuses = new LinkedHashMap<>();
    StatusReads.of(admin, evidence.keySet())
        .forEach((queue, read) -> read.status().ifPresent(status -> statuses.put(queue, status)));
    return statuses;
  }

  /// Waits until the counter of a queue has risen by a number of messages.
  ///
  /// @return whether it has
  public boolean awaitSpooled(QueueEvidence.Counted counted, long messages, long deadline)
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
    readers.forEach(FlowReader::stop);
    readers.forEach(FlowReader::close);
  }
}
