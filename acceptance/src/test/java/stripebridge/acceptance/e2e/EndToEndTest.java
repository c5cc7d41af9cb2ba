package stripebridge.acceptance.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.Project;
import stripebridge.acceptance.faults.Eventually;
import stripebridge.acceptance.faults.Load;
import stripebridge.acceptance.faults.ServeProcess;

/// `make e2e`: one signed event of each routed type, read from each queue it belongs to.
class EndToEndTest {
  private static final Duration MAX = Duration.ofMinutes(1);
  private static final String ALL = "stripe.all.inbound";
  private static final String CUSTOMERS = "stripe.customers.inbound";
  private static final String INVOICES = "stripe.invoices.inbound";
  private static final String PAYMENTS = "stripe.payments.inbound";
  private static final String SUBSCRIPTIONS = "stripe.subscriptions.inbound";
  private static final Pattern EXPORT = Pattern.compile("(?m)^export (\\w+)=(.*)$");

  @TempDir Path folder;

  /// The queues beside the one for all.
  private static Map<String, List<String>> routed() {
    Map<String, List<String>> queues = new LinkedHashMap<>();
    queues.put("payment_intent.succeeded", List.of(PAYMENTS));
    queues.put("payment_intent.payment_failed", List.of(PAYMENTS));
    queues.put("customer.subscription.created", List.of(SUBSCRIPTIONS));
    queues.put("customer.subscription.updated", List.of(SUBSCRIPTIONS));
    queues.put("customer.subscription.deleted", List.of(SUBSCRIPTIONS));
    queues.put("invoice.payment_succeeded", List.of(INVOICES));
    queues.put("invoice.payment_failed", List.of(INVOICES));
    queues.put("invoice.finalized", List.of(INVOICES));
    queues.put("charge.succeeded", List.of());
    queues.put("charge.failed", List.of());
    queues.put("charge.dispute.created", List.of());
    queues.put("customer.created", List.of(CUSTOMERS));
    queues.put("customer.deleted", List.of(CUSTOMERS));
    queues.put("checkout.session.completed", List.of());
    queues.put("payout.failed", List.of());
    return queues;
  }

  @Test
  void bringsOneEventOfEachTypeIntoEachOfItsQueues() throws Exception {
    // The client's own lines would hide ours.
    LogManager.getLogManager().reset();
    Process sandbox = startSandbox();
    try {
      Map<String, String> broker = exports();
      try (ServeProcess serve = ServeProcess.start(folder, broker, ServeProcess.Options.DEFAULTS);
          HttpClient client = HttpClient.newHttpClient();
          QueueReader queues = QueueReader.connect(broker)) {
        int number = 0;
        for (Map.Entry<String, List<String>> type : routed().entrySet()) {
          String id = "evt_e2e_" + ProcessHandle.current().pid() + "_" + ++number;
          long begun = System.nanoTime();
          assertThat(post(client, serve, body(type.getKey(), id)).statusCode()).isEqualTo(200);
          assertThat(queues.take(ALL, MAX)).isEqualTo(id);
          for (String queue : type.getValue()) {
            assertThat(queues.take(queue, MAX)).isEqualTo(id);
          }
          System.out.printf(
              "e2e: %-32s %3d ms  %s%s%n",
              type.getKey(),
              (System.nanoTime() - begun) / 1_000_000,
              ALL,
              type.getValue().isEmpty() ? "" : ", " + String.join(", ", type.getValue()));
        }
        assertThat(queues.isEmpty(List.of(ALL, CUSTOMERS, INVOICES, PAYMENTS, SUBSCRIPTIONS)))
            .isTrue();
      }
    } finally {
      sandbox.destroy();
      var _ = sandbox.onExit().get();
    }
  }

  private Process startSandbox() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                ServeProcess.commandLine(
                    List.of(),
                    "sandbox",
                    "--topology",
                    Project.root().resolve("topology.yaml").toString(),
                    "--sandbox-smf-port",
                    "0",
                    "--sandbox-semp-port",
                    "0"))
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("sandbox.env").toFile())
            .redirectError(folder.resolve("sandbox.log").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SOLACE_"));
    Process sandbox = builder.start();
    Eventually.await(
        "the sandbox has printed its exports",
        MAX,
        () -> {
          assertThat(sandbox.isAlive()).isTrue();
          return exports().containsKey("SOLACE_SEMP_PASSWORD");
        });
    return sandbox;
  }

  private Map<String, String> exports() throws Exception {
    Map<String, String> exports = new HashMap<>();
    for (MatchResult export :
        EXPORT.matcher(Files.readString(folder.resolve("sandbox.env"))).results().toList()) {
      exports.put(export.group(1), export.group(2));
    }
    return exports;
  }

  /// A sample of that type, with an id of this run.
  private static String body(String type, String id) throws Exception {
    Path sample = Project.root().resolve("core/src/test/resources/events/" + type + ".json");
    return Files.readString(sample, UTF_8).replaceFirst("\"evt_[A-Za-z0-9]+\"", "\"" + id + "\"");
  }

  private static HttpResponse<String> post(HttpClient client, ServeProcess serve, String body)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(serve.uri("/webhooks/stripe"))
            .header("Stripe-Signature", Load.sign(body))
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }
}
