package stripebridge.cli.consume;

import static org.assertj.core.api.Assertions.assertThat;

import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.JCSMPException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import stripebridge.cli.BrokerClient;
import stripebridge.cli.CliHarness;
import stripebridge.sandbox.RecordedMessage;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxVpn;

/// A sandbox with a queue `q` that counts deliveries, a publishing client, and `consume` configured
/// for messaging only.
final class ConsumeHarness implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final SandboxBroker broker = SandboxBroker.start();
  private final CliHarness cli;
  private final BrokerClient client;

  public ConsumeHarness(Path folder) throws JCSMPException {
    cli =
        new CliHarness(folder)
            .env("SOLACE_HOST", broker.smfUri())
            .env("SOLACE_VPN", "default")
            .env("SOLACE_USERNAME", "default")
            .env("SOLACE_PASSWORD", "default");
    client = new BrokerClient(broker, "publisher");
    vpn().createOpenQueue("q", "t/>").updateQueue("q", Map.of("deliveryCountEnabled", true));
  }

  /// Configures SEMP, so that the depth is known.
  ConsumeHarness withSemp() {
    cli.env("SOLACE_SEMP_HOST", broker.sempUri())
        .env("SOLACE_SEMP_USERNAME", broker.options().semp().username())
        .env("SOLACE_SEMP_PASSWORD", broker.options().semp().password());
    return this;
  }

  public SandboxBroker broker() {
    return broker;
  }

  public SandboxVpn vpn() {
    return broker.vpn("default");
  }

  public CliHarness cli() {
    return cli;
  }

  public BrokerClient client() {
    return client;
  }

  /// Publishes the texts `m1`, `m2`, … with the ids `id1`, `id2`, …
  ConsumeHarness published(int messages) throws Exception {
    for (int i = 1; i <= messages; i++) {
      client.publish("t/" + i, "id" + i, "m" + i);
    }
    return this;
  }

  public CliHarness.Run run(String... args) {
    return cli.run(with(args));
  }

  public CliHarness.Running start(String... args) {
    return cli.start(with(args));
  }

  public static String[] with(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "consume";
    all[1] = "--queue";
    all[2] = "q";
    System.arraycopy(args, 0, all, 3, args.length);
    return all;
  }

  /// The texts in the queue, oldest first.
  List<String> texts() {
    return vpn().queue("q").messages().stream().map(RecordedMessage::text).toList();
  }

  /// How often each remaining message was delivered before. Takes the messages to find out.
  List<Integer> deliveriesBefore() throws Exception {
    try (BrokerClient other = new BrokerClient(broker, "other")) {
      int messages = (int) vpn().queue("q").depth();
      other.consume("q", messages, 0);
      return other.received().stream().map(ConsumeHarness::deliveriesBeforeThis).toList();
    }
  }

  private static int deliveriesBeforeThis(BytesXMLMessage message) {
    return message.getDeliveryCount() - 1;
  }

  /// Settlements reach the broker with a delay.
  void await(String what, BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(DEADLINE);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as(what).isBefore(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void close() {
    client.close();
    broker.close();
  }
}
