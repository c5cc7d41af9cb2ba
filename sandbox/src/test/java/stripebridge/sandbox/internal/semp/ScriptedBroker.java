package stripebridge.sandbox.internal.semp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import stripebridge.sandbox.internal.broker.BrokerManagement;
import stripebridge.sandbox.internal.broker.QueueCounter;
import stripebridge.sandbox.internal.model.Attributes;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.ObjectKind;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// The engine's configuration, with messages, flows and clients that tests add by hand.
final class ScriptedBroker implements BrokerManagement {

  private final BrokerManagement config;
  private final Map<String, TreeMap<Long, MessageSnapshot>> spool = new ConcurrentHashMap<>();
  private final Map<String, EnumMap<QueueCounter, Long>> counters = new ConcurrentHashMap<>();
  final List<FlowSnapshot> flows = new ArrayList<>();
  final List<ClientSnapshot> clients = new ArrayList<>();
  final List<Attributes> temporaryQueues = new ArrayList<>();

  ScriptedBroker(BrokerManagement config) {
    this.config = config;
  }

  void put(String queue, MessageSnapshot message) {
    spool.computeIfAbsent(queue, _ -> new TreeMap<>()).put(message.id(), message);
    count(queue, QueueCounter.SPOOLED_MSG);
  }

  void count(String queue, QueueCounter counter) {
    countersOf(queue).merge(counter, 1L, Long::sum);
  }

  private Map<QueueCounter, Long> countersOf(String queue) {
    return counters.computeIfAbsent(
        queue,
        _ -> {
          EnumMap<QueueCounter, Long> zeros = new EnumMap<>(QueueCounter.class);
          for (QueueCounter counter : QueueCounter.values()) {
            zeros.put(counter, 0L);
          }
          return zeros;
        });
  }

  @Override
  public void create(Attributes object) {
    config.create(object);
  }

  @Override
  public Attributes update(ObjectKey key, UnaryOperator<Attributes> change) {
    return config.update(key, change);
  }

  @Override
  public void delete(ObjectKey key) {
    config.delete(key);
  }

  @Override
  public Optional<Attributes> find(ObjectKey key) {
    return config.find(key);
  }

  @Override
  public List<Attributes> vpns() {
    return config.vpns();
  }

  @Override
  public List<Attributes> children(ObjectKey parent, ObjectKind kind) {
    return config.children(parent, kind);
  }

  @Override
  public Optional<VpnSnapshot> vpn(String vpn) {
    return find(ObjectKey.of(ObjectKind.MSG_VPN, vpn))
        .map(attributes ->
            new VpnSnapshot(
                attributes.bool("enabled") ? "up" : "down",
                queues(vpn).stream().mapToLong(QueueSnapshot::spooledBytes).sum(),
                queues(vpn).stream().mapToLong(QueueSnapshot::depth).sum()));
  }

  @Override
  public List<QueueSnapshot> queues(String vpn) {
    ArrayList<Attributes> all =
        new ArrayList<>(children(ObjectKey.of(ObjectKind.MSG_VPN, vpn), ObjectKind.QUEUE));
    all.addAll(temporaryQueues);
    all.sort(Comparator.comparing(queue -> queue.text("queueName")));
    return all.stream().map(this::snapshot).toList();
  }

  private QueueSnapshot snapshot(Attributes queue) {
    String name = queue.text("queueName");
    TreeMap<Long, BrokerManagement.MessageSnapshot> messages =
        spool.getOrDefault(name, new TreeMap<>());
    long bytes = messages.values().stream().mapToLong(MessageSnapshot::attachmentBytes).sum();
    return new QueueSnapshot(
        queue,
        !temporaryQueues.contains(queue),
        !temporaryQueues.contains(queue),
        messages.size(),
        bytes,
        bytes,
        0,
        flows.size(),
        messages.isEmpty() ? 0 : messages.firstKey(),
        messages.isEmpty() ? 0 : messages.lastKey(),
        messages.isEmpty() ? 0 : messages.lastKey(),
        Map.copyOf(countersOf(name)));
  }

  @Override
  public Optional<QueueSnapshot> queue(String vpn, String queue) {
    return queues(vpn).stream()
        .filter(one -> one.attributes().text("queueName").equals(queue))
        .findFirst();
  }

  @Override
  public List<MessageSnapshot> messages(String vpn, String queue, long afterId, int max) {
    return spoolOf(vpn, queue).tailMap(afterId, false).values().stream().limit(max).toList();
  }

  private NavigableMap<Long, MessageSnapshot> spoolOf(String vpn, String queue) {
    if (queue(vpn, queue).isEmpty()) {
      throw new RefusedException(SempCode.NOT_FOUND, "there is no queue " + queue);
    }
    return spool.computeIfAbsent(queue, _ -> new TreeMap<>());
  }

  @Override
  public List<FlowSnapshot> flows(String vpn, String queue) {
    return List.copyOf(flows);
  }

  @Override
  public List<ClientSnapshot> clients(String vpn) {
    return List.copyOf(clients);
  }

  @Override
  public void deleteMessages(String vpn, String queue) {
    spoolOf(vpn, queue).clear();
  }

  @Override
  public void deleteMessage(String vpn, String queue, long id) {
    if (spoolOf(vpn, queue).remove(id) == null) {
      throw new RefusedException(SempCode.NOT_FOUND, "there is no message " + id);
    }
  }

  @Override
  public void copyMessage(String vpn, String queue, String source, String replicationGroupId) {
    BrokerManagement.MessageSnapshot message =
        spoolOf(vpn, source).values().stream()
            .filter(one -> one.replicationGroupId().equals(replicationGroupId))
            .findFirst()
            .orElseThrow(
                () -> new RefusedException(SempCode.NOT_FOUND, "there is no such message"));
    spoolOf(vpn, queue).put(message.id(), message);
  }

  @Override
  public void clearQueueStats(String vpn, String queue) {
    Objects.requireNonNull(countersOf(queue)).replaceAll((_, _) -> 0L);
  }

  @Override
  public void clearVpnStats(String vpn) {
    counters.keySet().forEach(queue -> clearQueueStats(vpn, queue));
  }

  @Override
  public void disconnectClient(String vpn, String clientName) {
    clients.removeIf(client -> client.name().equals(clientName));
  }
}
