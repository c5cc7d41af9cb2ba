package stripebridge.sandbox;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import stripebridge.sandbox.internal.broker.Broker;
import stripebridge.sandbox.internal.broker.BrokerManagement.QueueSnapshot;
import stripebridge.sandbox.internal.broker.QueueCounter;

/// A view of one queue. Every call returns the queue's current state.
public final class SandboxQueue {
  private final Broker broker;
  private final String vpn;
  private final String name;

  SandboxQueue(Broker broker, String vpn, String name) {
    this.broker = broker;
    this.vpn = vpn;
    this.name = name;
  }

  /// The configuration by SEMP attribute name, defaults included.
  public Map<String, Object> attributes() {
    return snapshot().attributes().values();
  }

  /// How many messages are in the queue, including delivered but unacknowledged ones.
  public long depth() {
    return snapshot().depth();
  }

  /// How many messages are delivered and not settled.
  public long unacknowledged() {
    return snapshot().unackedMessages();
  }

  /// How many flows are bound to the queue.
  public int binds() {
    return snapshot().bindCount();
  }

  /// A counter by its SEMP monitor name, such as `redeliveredMsgCount`.
  ///
  /// @throws IllegalArgumentException when the sandbox has no such counter
  public long counter(String sempName) {
    return Optional.ofNullable(counters().get(sempName))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no counter '" + sempName + "', only " + counters().keySet()));
  }

  /// All counters by their SEMP monitor names.
  public Map<String, Long> counters() {
    TreeMap<String, Long> all = new TreeMap<>();
    for (QueueCounter counter : QueueCounter.values()) {
      all.put(counter.sempName(), snapshot().counters().getOrDefault(counter, 0L));
    }
    return all;
  }

  /// The messages in the queue, oldest first.
  public List<RecordedMessage> messages() {
    return toMessages(broker.spooled(vpn, name));
  }

  /// The last messages that reached the queue, consumed or not, oldest first.
  /// [SandboxOptions.Limits] says how many.
  public List<RecordedMessage> recorded() {
    return toMessages(broker.recorded(vpn, name));
  }

  private List<RecordedMessage> toMessages(Optional<List<Broker.Recording>> recordings) {
    return recordings.orElseThrow(this::noSuchQueue).stream().map(RecordedMessage::of).toList();
  }

  private QueueSnapshot snapshot() {
    return broker.administration().queue(vpn, name).orElseThrow(this::noSuchQueue);
  }

  private SandboxException noSuchQueue() {
    return new SandboxException("there is no queue '" + name + "' in VPN '" + vpn + "'", null);
  }
}
