package stripebridge.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Running;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxVpn;

/// Files that change while `serve` runs.
class ServeReloadTest {
  private static final String TOPOLOGY =
      """
      version: 1
      routes:
        payment_intent.succeeded: stripe/webhook/v1/payment_intent/succeeded
        %s
      aclProfiles:
        bridge-acl:
          clientConnectDefaultAction: allow
          publishTopicExceptions: [stripe/webhook/v1/>]
      clientUsernames:
        default: {aclProfileName: bridge-acl, clientProfileName: default}
      clientProfiles:
        default: {external: true}
      """;

  private final SandboxBroker broker = SandboxBroker.start();
  @TempDir Path folder;
  private CliHarness cli;

  @BeforeEach
  void set() {
    cli =
        new CliHarness(folder)
            .onTrueTime()
            .env("SOLACE_HOST", broker.smfUri())
            .env("SOLACE_VPN", "default")
            .env("SOLACE_USERNAME", "default")
            .env("SOLACE_PASSWORD", "default")
            .env("APP_HOST", "127.0.0.1")
            .env("APP_PORT", "0");
    vpn().createOpenQueue("all", "stripe/webhook/v1/>");
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private SandboxVpn vpn() {
    return broker.vpn("default");
  }

  /// Swaps files as Kubernetes does: they are links through `..data`, which is replaced as a whole.
  private void mount(String version, String name, String content) throws Exception {
    Path secret = folder.resolve("secret");
    Path versioned = Files.createDirectories(secret.resolve(".." + version));
    Files.writeString(versioned.resolve(name), content);
    Path next = secret.resolve("..data_tmp");
    Files.createSymbolicLink(next, Path.of(".." + version));
    Files.move(next, secret.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    if (!Files.exists(secret.resolve(name))) {
      Files.createSymbolicLink(secret.resolve(name), Path.of("..data/" + name));
    }
  }

  @Test
  void verifiesTheNextWebhookWithTheNewSecret() throws Exception {
    mount("1", "value", "live=whsec_old\n");
    cli.env("STRIPE_WEBHOOK_SECRET_FILE", "secret/value");
    try (Running serve = cli.start("serve")) {
      RunningBridge bridge = RunningBridge.await(serve);
      assertThat(bridge.post("whsec_new", "evt_1", "refund.created")).isEqualTo(400);

      mount("2", "value", "live=whsec_old,next=whsec_new\n");
      serve.reload();

      serve.await(
          "\"msg\":\"setting_reloaded\",\"setting\":\"STRIPE_WEBHOOK_SECRET\","
              + "\"value\":\"live=\\*\\*\\*, next=\\*\\*\\*\",\"used_from\":\"the next webhook\"");
      assertThat(bridge.post("whsec_old", "evt_2", "refund.created")).isEqualTo(200);
      assertThat(bridge.post("whsec_new", "evt_3", "refund.created")).isEqualTo(200);

      mount("3", "value", "next=whsec_new");
      serve.reload();

      serve.await("\"value\":\"next=\\*\\*\\*\"");
      assertThat(bridge.post("whsec_old", "evt_4", "refund.created")).isEqualTo(400);
      assertThat(bridge.post("whsec_new", "evt_5", "refund.created")).isEqualTo(200);
    }
  }

  @Test
  void keepsTheLastGoodSecretAndSaysSo() throws Exception {
    cli.file("secret", "whsec_old").env("STRIPE_WEBHOOK_SECRET_FILE", "secret");
    try (Running serve = cli.start("serve")) {
      RunningBridge bridge = RunningBridge.await(serve);
      assertThat(bridge.metrics())
          .contains("secret_reload_failures_total{name=\"STRIPE_WEBHOOK_SECRET\"} 0.0");

      Files.delete(folder.resolve("secret"));
      serve.reload();

      serve.await(
          "\"msg\":\"setting_not_reloaded\",\"setting\":\"STRIPE_WEBHOOK_SECRET\","
              + "\"file\":\"secret\",\"problem\":\"STRIPE_WEBHOOK_SECRET_FILE: cannot be read from"
              + " 'secret': no such file\"");
      assertThat(bridge.post("whsec_old", "evt_1", "refund.created")).isEqualTo(200);
      assertThat(bridge.metrics())
          .contains("secret_reload_failures_total{name=\"STRIPE_WEBHOOK_SECRET\"} 1.0");
    }
  }

  @Test
  void leadsTheNextEventWhereTheChangedRoutesSay() throws Exception {
    cli.file("topology.yaml", TOPOLOGY.formatted("")).env("STRIPE_WEBHOOK_SECRET", "whsec_one");
    try (Running serve = cli.start("serve")) {
      RunningBridge bridge = RunningBridge.await(serve);
      bridge.post("whsec_one", "evt_1", "refund.created");
      serve.await("event_published.*evt_1");

      cli.file(
          "topology.yaml", TOPOLOGY.formatted("refund.created: stripe/webhook/v1/refund/made"));
      serve.reload();

      serve.await("\"msg\":\"routes_reloaded\",\"file\":\"topology.yaml\",\"routes\":2");
      bridge.post("whsec_one", "evt_2", "refund.created");
      serve.await("event_published.*evt_2");
      assertThat(vpn().queue("all").messages())
          .extracting(message -> message.destination())
          .containsExactly(
              "stripe/webhook/v1/error/unroutable/acct_7", "stripe/webhook/v1/refund/made/acct_7");
      assertThat(bridge.metrics())
          .contains("stripe_webhooks_received_total{event_type=\"refund.created\"} 1.0");
    }
  }

  @Test
  void keepsTheRoutesWhenTheTopologyIsBrokenOrForbidsThem() throws Exception {
    cli.file("topology.yaml", TOPOLOGY.formatted("")).env("STRIPE_WEBHOOK_SECRET", "whsec_one");
    try (Running serve = cli.start("serve")) {
      RunningBridge bridge = RunningBridge.await(serve);

      cli.file("topology.yaml", TOPOLOGY.formatted("refund.created: [no topic]"));
      serve.reload();
      serve.await(
          "\"msg\":\"routes_not_reloaded\",\"file\":\"topology.yaml\","
              + "\"problem\":\".*wants a topic");

      cli.file(
          "topology.yaml",
          TOPOLOGY
              .formatted("refund.created: stripe/webhook/v1/refund/made")
              .replace("[stripe/webhook/v1/>]", "[stripe/webhook/v1/payment_intent/>]"));
      serve.reload();
      serve.await(
          "its own ACL profile forbids default to publish to stripe/webhook/v1/refund/made");

      assertThat(bridge.metrics()).contains("routes_reload_failures_total 2.0");
      bridge.post("whsec_one", "evt_1", "refund.created");
      serve.await("event_published.*evt_1");
      assertThat(vpn().queue("all").messages().getFirst().destination())
          .isEqualTo("stripe/webhook/v1/error/unroutable/acct_7");
    }
  }
}
