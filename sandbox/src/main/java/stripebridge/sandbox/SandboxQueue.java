package stripebridge.sandbox;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import stripebridge.sandbox.internal.broker.Broker;
import stripebridge.sandbox.internal.broker.BrokerManagement.QueueSnapshot;
import stripebridge.sandbox.internal.broker.QueueCounter;

/// A queue of the sandbox, to be looked at. Every answer is of the moment it is given.
public final class SandboxQueue {
  private final Broker broker;
  private final String vpn;
  private final String name;

  SandboxQueue(Broker broker, String vpn, String name) {
    this.broker = broker;
    this.vpn = vpn;
    this.name = name;
  }

  /// Its configuration by SEMP's attribute names, defaults included.
  public Map<String, Object> attributes() {
    return snapshot().attributes().values();
  }

  /// How many messages it holds, delivered and unacknowledged ones included.
  public long depth() {
    return snapshot().depth();
  }

  /// How many messages are with a consumer that has not settled them.
  public long unacknowledged() {
    return snapshot().unackedMessages();
  }

  /// How many flows are bound to it.
  public int binds() {
    return snapshot().bindCount();
  }

  /// A counter by the name that SEMP's monitor has for it, such as `redeliveredMsgCount`.
  ///
  /// @throws IllegalArgumentException when the sandbox does not count that
  public long counter(String sempName) {
    return Optional.ofNullable(counters().get(sempName))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no counter '" + sempName + "', only " + counters().keySet()));
  }

  /// All counters by the names that SEMP's monitor has for them.
  public Map<String, Long> counters() {
    var all = new TreeMap<String, Long>();
    for (var counter : QueueCounter.values()) {
      all.put(counter.sempName(), snapshot().counters().getOrDefault(counter, 0L));
    }
    return all;
  }

  /// The messages it holds, oldest first.
  public List<RecordedMessage> messages() {
    return toMessages(broker.spooled(vpn, name));
  }

  /// The last messages that reached it, consumed or not, oldest first; how many is bounded by
  /// [SandboxOptions.Limits].
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
