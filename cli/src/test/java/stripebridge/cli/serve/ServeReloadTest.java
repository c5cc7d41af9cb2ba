package stripebridge.cli.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Running;
import stripebridge.core.testing.TestCertificate;
import stripebridge.sandbox.Fault;
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
            .env("APP_HOST", "127.0.0.1")
            .env("APP_PORT", "0");
    vpn().createOpenQueue("all", "stripe/webhook/v1/>");
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private CliHarness withLogin() {
    return cli.env("SOLACE_USERNAME", "default").env("SOLACE_PASSWORD", "default");
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
    withLogin().env("STRIPE_WEBHOOK_SECRET_FILE", "secret/value");
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
    withLogin().file("secret", "whsec_old").env("STRIPE_WEBHOOK_SECRET_FILE", "secret");
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
      serve.awaitThat(
          () -> has(bridge, "secret_reload_rejected{name=\"STRIPE_WEBHOOK_SECRET\"} 1.0"));

      cli.file("secret", "whsec_old");
      serve.reload();

      serve.awaitThat(
          () -> has(bridge, "secret_reload_rejected{name=\"STRIPE_WEBHOOK_SECRET\"} 0.0"));
    }
  }

  private static boolean has(RunningBridge bridge, String line) {
    try {
      return bridge.metrics().contains(line);
    } catch (Exception e) {
      throw new AssertionError("no metrics", e);
    }
  }

  @Test
  void showsTheNextClientTheNewCertificate() throws Exception {
    TestCertificate old = certificate("old");
    withLogin()
        .env("APP_TLS_CERT_PATH", "cert.pem")
        .env("APP_TLS_KEY_PATH", "key.pem")
        .env("STRIPE_WEBHOOK_SECRET", "whsec_one");
    old.write(folder.resolve("cert.pem"), folder.resolve("key.pem"));
    try (Running serve = cli.start("serve")) {
      int port = Integer.parseInt(serve.await("\"url\":\"https://127.0.0.1:(\\d+)/").group(1));
      assertThat(shown(port)).isEqualTo(old.certificate());
      try (SSLSocket open = connect(port)) {
        open.startHandshake();
        TestCertificate next = certificate("next");

        // The key comes later, as with a tool that writes one file after the other.
        Files.writeString(folder.resolve("cert.pem"), next.certificatePem());
        serve.reload();
        serve.await(
            "\"msg\":\"certificate_not_reloaded\",\"problem\":\"cannot use the key 'key.pem': it is"
                + " not the key of the certificate");
        assertThat(shown(port)).isEqualTo(old.certificate());
        next.write(folder.resolve("cert.pem"), folder.resolve("key.pem"));
        serve.reload();

        serve.await("\"msg\":\"certificate_reloaded\",\"expires_at\":\"\\d{4}-");
        assertThat(shown(port)).isEqualTo(next.certificate());
        open.getOutputStream().write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
        assertThat(new String(open.getInputStream().readNBytes(12), US_ASCII))
            .as("a connection of before")
            .isEqualTo("HTTP/1.1 200");
      }
    }
  }

  private TestCertificate certificate(String name) throws Exception {
    return TestCertificate.create(Files.createDirectories(folder.resolve(name)), "EC", "localhost");
  }

  /// What a new client is shown.
  private static Certificate shown(int port) throws Exception {
    try (SSLSocket socket = connect(port)) {
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  private static SSLSocket connect(int port) throws Exception {
    SSLContext trustsAll = SSLContext.getInstance("TLS");
    trustsAll.init(null, new TrustManager[] {new TrustsAll()}, null);
    return (SSLSocket) trustsAll.getSocketFactory().createSocket("127.0.0.1", port);
  }

  private static final class TrustsAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Test
  void logsInWithTheNewPasswordAtTheNextConnection() throws Exception {
    vpn()
        .update(Map.of("authenticationBasicType", "internal"))
        .createClientUsername(
            "bridge",
            Map.of(
                "password",
                "old",
                "enabled",
                true,
                "aclProfileName",
                "default",
                "clientProfileName",
                "default"));
    cli.file("password", "old")
        .env("SOLACE_USERNAME", "bridge")
        .env("SOLACE_PASSWORD_FILE", "password")
        .env("RETRY_BACKOFF_BASE_SECONDS", "0.1")
        .env("STRIPE_WEBHOOK_SECRET", "whsec_one");
    try (Running serve = cli.start("serve")) {
      RunningBridge bridge = RunningBridge.await(serve);
      bridge.post("whsec_one", "evt_1", "refund.created");
      serve.await("event_published.*evt_1");
      List<String> clients = vpn().clients();

      cli.file("password", "new");
      serve.reload();
      serve.await(
          "\"setting_reloaded\",\"setting\":\"SOLACE_PASSWORD\",\"value\":\"\\*\\*\\*\","
              + "\"used_from\":\"the next connection\"");
      bridge.post("whsec_one", "evt_2", "refund.created");
      serve.await("event_published.*evt_2");
      assertThat(vpn().clients()).as("the session stays").isEqualTo(clients);

      vpn().updateClientUsername("bridge", Map.of("password", "new"));
      broker.inject(new Fault.DropConnection(0));
      bridge.post("whsec_one", "evt_3", "refund.created");
      serve.await("event_published.*evt_3");
      assertThat(serve.stop().out()).doesNotContain("broker_connect_failed");
    }
  }

  @Test
  void leadsTheNextEventWhereTheChangedRoutesSay() throws Exception {
    withLogin()
        .file("topology.yaml", TOPOLOGY.formatted(""))
        .env("STRIPE_WEBHOOK_SECRET", "whsec_one");
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

  /// The routes in use forbid it as well, and `serve` has started with them.
  @Test
  void takesRoutesThatForbidNothingNew() throws Exception {
    String narrow =
        TOPOLOGY.replace("[stripe/webhook/v1/>]", "[stripe/webhook/v1/payment_intent/>]");
    withLogin()
        .file("topology.yaml", narrow.formatted(""))
        .env("STRIPE_WEBHOOK_SECRET", "whsec_one");
    try (Running serve = cli.start("serve")) {
      RunningBridge _ = RunningBridge.await(serve);

      cli.file(
          "topology.yaml",
          narrow.formatted("payment_intent.created: stripe/webhook/v1/payment_intent/made"));
      serve.reload();

      serve.await("\"msg\":\"routes_reloaded\",\"file\":\"topology.yaml\",\"routes\":2");
    }
  }

  @Test
  void saysThatAnotherOrderWaitsForTheNextStart() throws Exception {
    String route = "refund.created: {topic: stripe/webhook/v1/refund/made, order: %s}";
    withLogin()
        .file("topology.yaml", TOPOLOGY.formatted(route.formatted("key")))
        .env("STRIPE_WEBHOOK_SECRET", "whsec_one");
    try (Running serve = cli.start("serve")) {
      RunningBridge _ = RunningBridge.await(serve);

      cli.file("topology.yaml", TOPOLOGY.formatted(route.formatted("topic")));
      serve.reload();

      serve.await(
          "\"msg\":\"routes_reloaded\".*"
              + "\"other_order_from_the_next_start\":\"stripe/webhook/v1/refund/made");
    }
  }

  @Test
  void keepsTheRoutesWhenTheTopologyIsBrokenOrForbidsThem() throws Exception {
    withLogin()
        .file("topology.yaml", TOPOLOGY.formatted(""))
        .env("STRIPE_WEBHOOK_SECRET", "whsec_one");
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
      serve.awaitThat(() -> has(bridge, "routes_reload_rejected 1.0"));
      bridge.post("whsec_one", "evt_1", "refund.created");
      serve.await("event_published.*evt_1");
      assertThat(vpn().queue("all").messages().getFirst().destination())
          .isEqualTo("stripe/webhook/v1/error/unroutable/acct_7");
    }
  }
}
