package stripebridge.cli.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static stripebridge.cli.ProvisionHarness.plan;

import com.solacesystems.jcsmp.ConsumerFlowProperties;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.FlowReceiver;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.JCSMPStreamingPublishCorrelatingEventHandler;
import com.solacesystems.jcsmp.TextMessage;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.ProvisionHarness;

/// Deletions, and what prevents them.
class ProvisionRemovalTest {
  @TempDir private Path folder;

  /// Provisions the shipped topology on a broker with one more queue.
  private ProvisionHarness withOldQueue() {
    ProvisionHarness harness = ProvisionHarness.shipped(folder).provisioned();
    harness.vpn().createOpenQueue("stripe.old", "old/>");
    return harness;
  }

  @Test
  void prunesOnlyManagedObjects() {
    try (ProvisionHarness harness = withOldQueue()) {
      harness.vpn().createOpenQueue("other.queue", "other/>");
      assertThat(plan(harness.run("--check"))).startsWith("! extra queue stripe.old  (--prune");
      assertThat(harness.run().exitCode()).isZero();
      assertThat(harness.run("--check").exitCode()).isEqualTo(3);

      CliHarness.Run pruned = harness.run("--prune", "--yes");
      assertThat(pruned.exitCode()).isZero();
      assertThat(plan(pruned))
          .startsWith("- queue stripe.old\n1 to delete, 15 unchanged.\n")
          .contains("stripe.old                            queue              deleted\n");
      assertThat(harness.run("--check").exitCode()).isZero();
      assertThat(harness.vpn().queue("other.queue").depth()).isZero();
    }
  }

  @Test
  void changesNothingOffATerminalWithoutYes() {
    try (ProvisionHarness harness = withOldQueue()) {
      harness.queue("stripe.all.inbound", Map.of("maxRedeliveryCount", 0));
      CliHarness.Run run = harness.run("--prune");
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .isEqualTo(
              """
              error: nothing was touched: 1 object will be deleted, and there is no terminal to \
              confirm it on
              hint:  look at the plan with --dry-run, then pass --yes
              """);
      assertThat(plan(harness.run("--check"))).contains("maxRedeliveryCount 0 → 5");
    }
  }

  @Test
  void asksOnATerminal() {
    try (ProvisionHarness harness = withOldQueue()) {
      harness.cli().env("NO_COLOR", "1").onTerminal();
      CliHarness.Run no = harness.cli().stdin("n\n").run("provision", "--prune");
      assertThat(no.exitCode()).isEqualTo(130);
      assertThat(no.err())
          .isEqualTo(
              "1 object will be deleted. Go on? [y/N] error: stopped: nothing was touched\n");
      CliHarness.Run nothing = harness.cli().stdin("").run("provision", "--prune");
      assertThat(nothing.exitCode()).isEqualTo(130);

      assertThat(harness.cli().stdin("y\n").run("provision", "--prune").exitCode()).isZero();
      assertThat(harness.run("--check").exitCode()).isZero();
    }
  }

  @Test
  void asksForTheNameBeforeItDestroys() {
    try (ProvisionHarness harness = withOldQueue()) {
      harness.cli().env("NO_COLOR", "1").onTerminal();
      CliHarness.Run no = harness.cli().stdin("y\n").run("provision", "--destroy");
      assertThat(no.exitCode()).isEqualTo(130);
      assertThat(no.err())
          .startsWith("10 objects will be deleted. Type the name of the message VPN to go on: ");

      CliHarness.Run yes = harness.cli().stdin("default\n").run("provision", "--destroy");
      assertThat(yes.exitCode()).as(yes.err()).isZero();
      assertThat(plan(yes)).startsWith("- queue stripe.").contains("10 to delete.\n");
      assertThat(plan(harness.run("--check"))).contains("15 to create.");
      assertThat(plan(harness.run("--destroy"))).isEqualTo("No changes: 0 as wanted.\n");
    }
  }

  @Test
  void destroysOnlyManagedObjects() {
    String partly =
        ProvisionHarness.shippedText().replace("  queues: [stripe.]", "  queues: [stripe.all.]");
    try (ProvisionHarness harness = new ProvisionHarness(folder).topology(partly).provisioned()) {
      CliHarness.Run run = harness.run("--destroy", "--yes");
      assertThat(run.exitCode()).isZero();
      assertThat(plan(run)).contains("- queue stripe.all.inbound\n").contains("4 to delete.\n");
      assertThat(run.err())
          .startsWith("note: not deleted, because not under manages: stripe.payments.inbound, ");
      assertThat(harness.vpn().queue("stripe.errors.dmq").depth()).isZero();
    }
  }

  @Test
  void keepsAQueueWithMessages() throws Exception {
    try (ProvisionHarness harness = withOldQueue()) {
      JCSMPSession session = connect(harness);
      publish(session, "old/1");

      CliHarness.Run run = harness.run("--prune", "--yes");
      assertThat(run.exitCode()).isEqualTo(3);
      assertThat(plan(run)).startsWith("- queue stripe.old  (1 message, 0 consumers)\n");
      assertThat(run.err())
          .isEqualTo(
              """
              error: cannot delete queue stripe.old: it has 1 message; --force-nonempty deletes \
              them too
              partly done: 0 changes made, 1 not; run the command again for the rest
              """);
      publish(session, "old/2");
      assertThat(harness.vpn().queue("stripe.old").depth())
          .as("its ingress is open again")
          .isEqualTo(2);
      session.closeSession();

      assertThat(harness.run("--prune", "--yes", "--force-nonempty").exitCode()).isZero();
      assertThat(harness.run("--check").exitCode()).isZero();
    }
  }

  @Test
  void keepsAQueueWithConsumers() throws Exception {
    try (ProvisionHarness harness = withOldQueue()) {
      JCSMPSession session = connect(harness);
      ConsumerFlowProperties flow = new ConsumerFlowProperties();
      flow.setEndpoint(JCSMPFactory.onlyInstance().createQueue("stripe.old"));
      FlowReceiver receiver = session.createFlow(null, flow);
      receiver.start();

      CliHarness.Run run = harness.run("--prune", "--yes");
      assertThat(run.exitCode()).isEqualTo(3);
      assertThat(run.err())
          .startsWith("error: cannot delete queue stripe.old: it has 1 consumer; --force-in-use");

      assertThat(harness.run("--prune", "--yes", "--force-in-use").exitCode()).isZero();
      session.closeSession();
      assertThat(harness.run("--check").exitCode()).isZero();
    }
  }

  private static JCSMPSession connect(ProvisionHarness harness) throws JCSMPException {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, harness.broker().smfUri());
    properties.setProperty(JCSMPProperties.VPN_NAME, "default");
    properties.setProperty(JCSMPProperties.USERNAME, "default");
    properties.setProperty(JCSMPProperties.PASSWORD, "default");
    JCSMPSession session = JCSMPFactory.onlyInstance().createSession(properties);
    session.connect();
    return session;
  }

  private static void publish(JCSMPSession session, String topic) throws Exception {
    CompletableFuture<Object> acknowledged = new CompletableFuture<>();
    XMLMessageProducer producer =
        session.getMessageProducer(
            new JCSMPStreamingPublishCorrelatingEventHandler() {
              @Override
              public void responseReceivedEx(Object key) {
                acknowledged.complete("");
              }

              @Override
              public void handleErrorEx(Object key, JCSMPException cause, long timestamp) {
                acknowledged.completeExceptionally(cause);
              }
            });
    TextMessage message = JCSMPFactory.onlyInstance().createMessage(TextMessage.class);
    message.setText("hello");
    message.setDeliveryMode(DeliveryMode.PERSISTENT);
    message.setAckImmediately(true);
    message.setCorrelationKey("");
    try {
      producer.send(message, JCSMPFactory.onlyInstance().createTopic(topic));
      acknowledged.get(30, TimeUnit.SECONDS);
    } finally {
      producer.close();
    }
  }
}
