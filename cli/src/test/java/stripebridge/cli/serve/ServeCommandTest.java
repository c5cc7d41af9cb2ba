package stripebridge.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.net.Webhook;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Run;
import stripebridge.cli.CliHarness.Running;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.RecordedMessage;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxVpn;

class ServeCommandTest {
  private static final String SECRET = "whsec_of_the_endpoint";
  private static final String LISTENING = "\"url\":\"(http://127.0.0.1:\\d+)/webhooks/stripe\"";

  private final SandboxBroker broker = SandboxBroker.start();
  @TempDir Path folder;
  private CliHarness cli;

  @BeforeEach
  void set() {
    cli =
        new CliHarness(folder)
            .onTrueTime()
            .env("STRIPE_WEBHOOK_SECRET", SECRET)
            .env("SOLACE_HOST", broker.smfUri())
            .env("SOLACE_VPN", "default")
            .env("SOLACE_USERNAME", "default")
            .env("SOLACE_PASSWORD", "default")
            .env("APP_HOST", "127.0.0.1")
            .env("APP_PORT", "0");
    vpn().createOpenQueue("stripe.all.inbound", "stripe/webhook/v1/>");
    vpn().createOpenQueue("stripe.payments.inbound", "stripe/webhook/v1/payment_intent/>");
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private SandboxVpn vpn() {
    return broker.vpn("default");
  }

  private static void await(String what, BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("never came true: " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static String event(String id) {
    return """
    {"id":"%s","object":"event","type":"payment_intent.succeeded","api_version":"2026-07-29.dahlia",
    "created":1790000000,"livemode":false,"account":"acct_7","data":{"object":{"id":"pi_1",
    "object":"payment_intent","customer":"cus_1","amount":4200}}}\
    """
        .formatted(id);
  }

  /// Posts an event, signed by Stripe's own library.
  private static HttpResponse<String> post(String url, String body) throws Exception {
    long time = Instant.now().getEpochSecond();
    String signature = Webhook.Util.computeHmacSha256(SECRET, time + "." + body);
    return send(
        HttpRequest.newBuilder(URI.create(url + "/webhooks/stripe"))
            .header("Stripe-Signature", "t=" + time + ",v1=" + signature)
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  private static HttpResponse<String> get(String url) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url)).build());
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString());
    }
  }

  @Test
  void publishesAWebhookToEachOfItsQueues() throws Exception {
    try (Running serve = cli.start("serve")) {
      String url = serve.await(LISTENING).group(1);

      assertThat(post(url, event("evt_1")).statusCode()).isEqualTo(200);

      serve.await("\"msg\":\"event_published\",\"event_id\":\"evt_1\"");
      for (String queue : new String[] {"stripe.all.inbound", "stripe.payments.inbound"}) {
        RecordedMessage message = vpn().queue(queue).messages().getFirst();
        assertThat(message.destination())
            .isEqualTo("stripe/webhook/v1/payment_intent/succeeded/acct_7");
        assertThat(message.isPersistent()).isTrue();
        assertThat(message.isDmqEligible()).isTrue();
        assertThat(message.applicationMessageId()).contains("evt_1");
        assertThat(message.correlationId()).contains("evt_1");
        assertThat(message.httpContentType()).contains("application/json");
        assertThat(message.properties())
            .containsAllEntriesOf(
                Map.of(
                    "event_type",
                    "payment_intent.succeeded",
                    "stripe_api_version",
                    "2026-07-29.dahlia",
                    "stripe_account_id",
                    "acct_7",
                    "event_created_at",
                    "2026-09-21T14:13:20Z",
                    "livemode",
                    false,
                    "JMSXGroupID",
                    "cus_1"))
            .containsKey("bridge_received_at");
        assertThat(message.text()).startsWith("{\"event_id\":\"evt_1\",");
      }
      Run run = serve.stop();
      assertThat(run.exitCode()).isZero();
      assertThat(run.err())
          .isEqualTo(
              "stripebridge: the inbox is %s\n".formatted(folder.resolve("stripebridge-inbox.db"))
                  + "stripebridge: listening on %s/webhooks/stripe\n".formatted(url)
                  + "stripebridge: stopping\n"
                  + "stripebridge: stopped: 0 waiting and 0 parked in the inbox\n");
      assertThat(run.out()).contains("\"msg\":\"service_stopped\"").doesNotContain(SECRET);
    }
  }

  @Test
  void takesWebhooksWithoutABroker() throws Exception {
    broker.inject(new Fault.Outage(Duration.ofHours(1)));
    try (Running serve = cli.start("serve")) {
      String url = serve.await(LISTENING).group(1);

      assertThat(post(url, event("evt_1")).statusCode()).isEqualTo(200);
      assertThat(get(url + "/health").statusCode()).isEqualTo(200);
      assertThat(get(url + "/ready").body())
          .isEqualTo("{\"status\":\"not_ready\",\"down\":[\"broker\"]}");
      Run run = serve.stop();
      assertThat(run.exitCode()).isZero();
      assertThat(run.err()).endsWith("stopped: 1 waiting and 0 parked in the inbox\n");
    }
    broker.clearFaults();
    try (Running serve = cli.start("serve")) {
      serve.await("\"msg\":\"event_published\",\"event_id\":\"evt_1\"");
      String url = serve.await(LISTENING).group(1);
      assertThat(post(url, event("evt_1")).body()).contains("\"duplicate\":true");
      await("ready", () -> isReady(url));
    }
    assertThat(vpn().queue("stripe.all.inbound").depth()).isEqualTo(1);
  }

  private static boolean isReady(String url) {
    try {
      return get(url + "/ready").statusCode() == 200;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void reportsEveryProblemBeforeItOpensAnything() {
    Run run =
        cli.env("SOLACE_HOST", "localhost")
            .env("APP_PORT", "none")
            .env("APP_TLS_CERT_PATH", "")
            .file("topology.yaml", "routes: []\n")
            .run("serve");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("error: cannot use the configuration: ")
        .contains("\n  SOLACE_HOST: ", "\n  APP_PORT: ", "\n  topology.yaml:1:");
    assertThat(folder.resolve("stripebridge-inbox.db")).doesNotExist();
  }

  @Test
  void reportsAnUnusableCertificate() throws Exception {
    Files.writeString(folder.resolve("cert.pem"), "none");
    Run run =
        cli.env("APP_TLS_CERT_PATH", "cert.pem").env("APP_TLS_KEY_PATH", "key.pem").run("serve");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith(
            "error: cannot use the configuration: 1 problem\n"
                + "  APP_TLS_CERT_PATH, APP_TLS_KEY_PATH: cannot use the certificate '")
        .contains("cert.pem': it has no certificate in PEM form");
  }

  @Test
  void reportsATakenPort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      Run run = cli.env("APP_PORT", Integer.toString(port)).run("serve");

      assertThat(run.exitCode()).isEqualTo(4);
      assertThat(run.err())
          .isEqualTo(
              """
              error: cannot listen on 127.0.0.1 port %d: Address already in use
              hint:  set APP_PORT (and ADMIN_PORT) to a free one, or 0 for any; on 8080 it is \
              often a broker's SEMP that is in the way
              """
                  .formatted(port));
    }
  }

  @Test
  void refusesAnInboxInUse() throws Exception {
    try (Running serve = cli.start("serve")) {
      serve.await(LISTENING);

      Run second = cli.run("serve");

      assertThat(second.exitCode()).isEqualTo(2);
      assertThat(second.err()).contains("this process has it", "INBOX_PATH");
    }
  }

  @Test
  void servesOperatorsOnTheAdminPort() throws Exception {
    try (Running serve = cli.env("ADMIN_PORT", "0").env("LOG_FORMAT", "text").start("serve")) {
      String line =
          serve
              .await("service_listening url=(http://\\S+)/webhooks/stripe admin_url=(http://\\S+)")
              .group();
      String admin = line.substring(line.lastIndexOf('=') + 1);
      String url = line.substring(line.indexOf('=') + 1, line.indexOf("/webhooks"));

      assertThat(get(admin + "/health").statusCode()).isEqualTo(200);
      assertThat(get(url + "/health").statusCode()).isEqualTo(404);
    }
  }
}
