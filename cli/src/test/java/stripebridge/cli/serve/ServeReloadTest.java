package stripebridge.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.net.Webhook;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
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
  private static final String LISTENING = "\"url\":\"(http://127.0.0.1:\\d+)/webhooks/stripe\"";
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

  private static int post(String url, String secret, String id, String type) throws Exception {
    String body =
        """
        {"id":"%s","object":"event","type":"%s","api_version":"2026-07-29.dahlia",
        "created":1790000000,"livemode":false,"account":"acct_7","data":{"object":{"id":"re_1",
        "object":"refund","amount":4200}}}\
        """
            .formatted(id, type);
    long time = Instant.now().getEpochSecond();
    String signature = Webhook.Util.computeHmacSha256(secret, time + "." + body);
    return send(HttpRequest.newBuilder(URI.create(url + "/webhooks/stripe"))
            .header("Stripe-Signature", "t=" + time + ",v1=" + signature)
            .POST(BodyPublishers.ofString(body))
            .build())
        .statusCode();
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString());
    }
  }

  private static String metrics(String url) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url + "/metrics")).build()).body();
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
      String url = serve.await(LISTENING).group(1);
      assertThat(post(url, "whsec_new", "evt_1", "refund.created")).isEqualTo(400);

      mount("2", "value", "live=whsec_old,next=whsec_new\n");
      serve.reload();

      serve.await(
          "\"msg\":\"setting_reloaded\",\"setting\":\"STRIPE_WEBHOOK_SECRET\","
              + "\"value\":\"live=\\*\\*\\*, next=\\*\\*\\*\",\"used_from\":\"the next webhook\"");
      assertThat(post(url, "whsec_old", "evt_2", "refund.created")).isEqualTo(200);
      assertThat(post(url, "whsec_new", "evt_3", "refund.created")).isEqualTo(200);

      mount("3", "value", "next=whsec_new");
      serve.reload();

      serve.await("\"value\":\"next=\\*\\*\\*\"");
      assertThat(post(url, "whsec_old", "evt_4", "refund.created")).isEqualTo(400);
      assertThat(post(url, "whsec_new", "evt_5", "refund.created")).isEqualTo(200);
    }
  }

  @Test
  void keepsTheLastGoodSecretAndSaysSo() throws Exception {
    cli.file("secret", "whsec_old").env("STRIPE_WEBHOOK_SECRET_FILE", "secret");
    try (Running serve = cli.start("serve")) {
      String url = serve.await(LISTENING).group(1);
      assertThat(metrics(url))
          .contains("secret_reload_failures_total{name=\"STRIPE_WEBHOOK_SECRET\"} 0.0");

      Files.delete(folder.resolve("secret"));
      serve.reload();

      serve.await(
          "\"msg\":\"setting_not_reloaded\",\"setting\":\"STRIPE_WEBHOOK_SECRET\","
              + "\"file\":\"secret\",\"problem\":\"STRIPE_WEBHOOK_SECRET_FILE: cannot be read from"
              + " 'secret': no such file\"");
      assertThat(post(url, "whsec_old", "evt_1", "refund.created")).isEqualTo(200);
      assertThat(metrics(url))
          .contains("secret_reload_failures_total{name=\"STRIPE_WEBHOOK_SECRET\"} 1.0");
    }
  }

  @Test
  void leadsTheNextEventWhereTheChangedRoutesSay() throws Exception {
    cli.file("topology.yaml", TOPOLOGY.formatted("")).env("STRIPE_WEBHOOK_SECRET", "whsec_one");
    try (Running serve = cli.start("serve")) {
      String url = serve.await(LISTENING).group(1);
      post(url, "whsec_one", "evt_1", "refund.created");
      serve.await("event_published.*evt_1");

      cli.file(
          "topology.yaml", TOPOLOGY.formatted("refund.created: stripe/webhook/v1/refund/made"));
      serve.reload();

      serve.await("\"msg\":\"routes_reloaded\",\"file\":\"topology.yaml\",\"routes\":2");
      post(url, "whsec_one", "evt_2", "refund.created");
      serve.await("event_published.*evt_2");
      assertThat(vpn().queue("all").messages())
          .extracting(message -> message.destination())
          .containsExactly(
              "stripe/webhook/v1/error/unroutable/acct_7", "stripe/webhook/v1/refund/made/acct_7");
      assertThat(metrics(url))
          .contains("stripe_webhooks_received_total{event_type=\"refund.created\"} 1.0");
    }
  }

  @Test
  void keepsTheRoutesWhenTheTopologyIsBrokenOrForbidsThem() throws Exception {
    cli.file("topology.yaml", TOPOLOGY.formatted("")).env("STRIPE_WEBHOOK_SECRET", "whsec_one");
    try (Running serve = cli.start("serve")) {
      String url = serve.await(LISTENING).group(1);

      cli.file("topology.yaml", TOPOLOGY.formatted("refund.created: [no topic]"));
      serve.reload();
      serve.await(
          "\"msg\":\"routes_not_reloaded\",\"file\":\"topology.yaml\",\"problem\":\".*wants a topic");

      cli.file(
          "topology.yaml",
          TOPOLOGY
              .formatted("refund.created: stripe/webhook/v1/refund/made")
              .replace("[stripe/webhook/v1/>]", "[stripe/webhook/v1/payment_intent/>]"));
      serve.reload();
      serve.await(
          "its own ACL profile forbids default to publish to stripe/webhook/v1/refund/made");

      assertThat(metrics(url)).contains("routes_reload_failures_total 2.0");
      post(url, "whsec_one", "evt_1", "refund.created");
      serve.await("event_published.*evt_1");
      assertThat(vpn().queue("all").messages().getFirst().destination())
          .isEqualTo("stripe/webhook/v1/error/unroutable/acct_7");
    }
  }
}
