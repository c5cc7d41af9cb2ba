package stripebridge.sandbox;

import com.solacesystems.jcsmp.JCSMPErrorResponseException;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPProperties;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A sandbox and its clients; closes them all.
final class Fixture implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final SmfTransport wire;
  private final Deque<Client> clients = new ArrayDeque<>();
  private SandboxBroker broker;

  Fixture(SmfTransport wire) {
    this(wire, SandboxOptions.defaults());
  }

  Fixture(SmfTransport wire, SandboxOptions options) {
    this.wire = wire;
    this.broker = SandboxBroker.start(options);
  }

  SandboxBroker broker() {
    return broker;
  }

  SandboxVpn vpn() {
    return broker.vpn("default");
  }

  SandboxQueue queue(String name) {
    return vpn().queue(name);
  }

  /// While nobody listens on the port, a client that reconnects in a loop may get that port as its
  /// own local port, and is then connected to itself. It notices and disconnects.
  private static SandboxBroker startOnTheSamePorts(SandboxOptions options) {
    Instant deadline = Instant.now().plus(DEADLINE);
    while (true) {
      try {
        return SandboxBroker.start(options);
      } catch (SandboxException e) {
        if (Instant.now().isAfter(deadline)) {
          throw e;
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  /// Replaces the broker by an empty one on the same ports.
  void replaceBroker() throws InterruptedException {
    SandboxOptions.Ports ports =
        new SandboxOptions.Ports(broker.smfPort(), Optional.empty(), broker.sempPort());
    SandboxOptions options = broker.options().withPorts(ports);
    broker.close();
    broker = startOnTheSamePorts(options);
  }

  Client connect() throws JCSMPException {
    return connect(_ -> {});
  }

  Client connect(Consumer<JCSMPProperties> changes) throws JCSMPException {
    Client client = Client.connect(wire.uri(broker), changes);
    clients.push(client);
    return client;
  }

  /// Creates a queue that is open unless the attributes say otherwise.
  void openQueue(String name, Map<String, ?> attributes, String... subscriptions) {
    HashMap<String, Object> all = new HashMap<>();
    all.put("ingressEnabled", true);
    all.put("egressEnabled", true);
    all.put("permission", "delete");
    all.putAll(attributes);
    vpn().createQueue(name, all);
    for (String subscription : subscriptions) {
      vpn().subscribe(name, subscription);
    }
  }

  /// Waits until another thread makes the condition true.
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    Instant deadline = Instant.now().plus(DEADLINE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("never came true: " + what);
      }
      LockSupport.parkNanos(500_000);
    }
  }

  /// The error subcode of a failing attempt.
  static int subcodeOf(Attempt attempt) throws Exception {
    try {
      attempt.run();
    } catch (JCSMPErrorResponseException e) {
      return e.getSubcodeEx();
    }
    throw new AssertionError("it did not fail");
  }

  interface Attempt {
    void run() throws Exception;
  }

  @Override
  public void close() {
    clients.forEach(Client::close);
    broker.close();
  }
}
