package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.deploy.runner.control.PodView;

/// Three replicas of the chart roll their webhook secret under load, as docs/rotation.md says: the
/// mounted file is swapped as the kubelet does it, and no pod is restarted.
@Tag("faults")
class RotationTest {
  private static final int CALLERS = 6;
  private static final int REPLICAS = 3;

  /// A kubelet looks each second here, and a bridge reads its files twice in 20 s.
  private static final Duration ARRIVAL_MAX = Duration.ofMinutes(2);

  private static final String OLD = "whsec_of_the_quarter_that_ends";
  private static final String NEW = "whsec_of_the_quarter_that_begins";

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void refusesNothingInTheOrderOfTheRunbook() throws Exception {
    Load load = new Load(CALLERS);
    load.signWith(OLD);
    Deployed.withRedis(
        folder,
        REPLICAS,
        deployed -> {
          store(deployed, "q3=" + OLD);
          deployed.install();
          List<String> pods = deployed.cluster().pods(deployed.workload());
          try (Traffic traffic = Traffic.start(load, deployed.webhooks(), CALLERS)) {
            traffic.awaitMore(100);

            // 1: Stripe makes the new secret, and signs with both.
            load.signWith(NEW, OLD);
            traffic.awaitMore(100);

            // 2: the store has both.
            store(deployed, "q3=" + OLD + ",q4=" + NEW);
            awaitEach(deployed, "has q4", pod -> signatures(deployed, pod, "q4").isPresent());
            awaitEach(deployed, "verifies with both", pod -> rises(deployed, pod, "q3", "q4"));

            // 3: Stripe has stopped to sign with the old one.
            load.signWith(NEW);
            traffic.awaitMore(100);
            Map<String, OptionalDouble> before = signatures(deployed, "q3");
            awaitEach(deployed, "verifies with q4", pod -> rises(deployed, pod, "q4"));
            traffic.awaitMore(100);
            assertThat(signatures(deployed, "q3")).as("by the old secret").isEqualTo(before);

            // 4: the old one is removed.
            store(deployed, "q4=" + NEW);
            awaitEach(deployed, "has q4 only", pod -> hasReloaded(deployed, pod, "q4=***"));
            traffic.awaitMore(100);
            System.out.println("RotationTest: rolled: " + traffic);
            traffic.assertNothingWasRefused();
          }
          assertThat(deployed.cluster().pods(deployed.workload())).as("pods").isEqualTo(pods);
          assertThat(deployed.cluster().observed(deployed.workload()))
              .extracting(PodView::restarts)
              .containsOnly(0);
          for (String pod : pods) {
            assertThat(postTo(deployed, pod, "evt_old_" + pod, OLD))
                .as("by the old")
                .isEqualTo(400);
          }
          deployed.awaitDelivered(load);
          assertThat(deployed.arrivals().ids()).containsExactlyInAnyOrderElementsOf(load.stored());
          deployed.stopCleanly();
        });
  }

  /// The same would be seen above, if the bridge refused something there.
  @Test
  void refusesWebhooksWhenTheOldSecretGoesBeforeStripeSignsWithTheNew() throws Exception {
    Load load = new Load(CALLERS);
    load.signWith(OLD);
    Deployed.withRedis(
        folder,
        REPLICAS,
        deployed -> {
          store(deployed, "q3=" + OLD);
          deployed.install();
          try (Traffic traffic = Traffic.start(load, deployed.webhooks(), CALLERS)) {
            traffic.awaitMore(100);
            store(deployed, "q4=" + NEW);
            awaitEach(deployed, "has q4 only", pod -> hasReloaded(deployed, pod, "q4=***"));
            Eventually.await(
                "each caller is refused", ARRIVAL_MAX, () -> traffic.refused() >= 5 * CALLERS);
            assertThat(load.answers().keySet()).containsExactlyInAnyOrder(200, 400);
            assertThat(logs(deployed))
                .contains("\"msg\":\"webhook_refused\",\"code\":\"signature_mismatch\"")
                .doesNotContain(OLD)
                .doesNotContain(NEW);

            // What the runbook says then: both secrets. Stripe sends again what was refused.
            store(deployed, "q3=" + OLD + ",q4=" + NEW);
            awaitEach(deployed, "verifies with q3", pod -> rises(deployed, pod, "q3"));
            traffic.awaitMore(100);
            System.out.println("RotationTest: rolled the wrong way: " + traffic);
          }
          deployed.awaitDelivered(load);
          assertThat(deployed.arrivals().ids()).containsExactlyInAnyOrderElementsOf(load.stored());
          deployed.stopCleanly();
        });
  }

  /// Writes the Secret, as `kubectl apply` or an operator does.
  private static void store(Deployed deployed, String secrets) {
    deployed.cluster().put(List.of(Deployed.secret("stripe-webhook-secret", secrets)));
  }

  /// Something that is true of a pod, or not yet.
  @FunctionalInterface
  private interface Condition {
    boolean holds(String pod) throws Exception;
  }

  private static void awaitEach(Deployed deployed, String what, Condition condition)
      throws Exception {
    List<String> pods = deployed.cluster().pods(deployed.workload());
    assertThat(pods).hasSize(REPLICAS);
    for (String pod : pods) {
      Callable<Boolean> holds = () -> condition.holds(pod);
      Eventually.await(pod + " " + what, ARRIVAL_MAX, holds);
    }
  }

  /// Whether the log of a pod says that it uses these secrets from now on.
  private static boolean hasReloaded(Deployed deployed, String pod, String shown) {
    return deployed
        .cluster()
        .log(pod)
        .contains(
            "\"msg\":\"setting_reloaded\",\"setting\":\"STRIPE_WEBHOOK_SECRET\",\"value\":\""
                + shown
                + "\"");
  }

  private static String logs(Deployed deployed) {
    StringBuilder logs = new StringBuilder();
    deployed.cluster().pods(deployed.workload()).stream()
        .map(deployed.cluster()::log)
        .forEach(logs::append);
    return logs.toString();
  }

  /// Whether a pod still verifies webhooks with each of these secrets.
  private boolean rises(Deployed deployed, String pod, String... labels) throws Exception {
    for (String label : labels) {
      OptionalDouble before = signatures(deployed, pod, label);
      if (before.isEmpty()) {
        return false;
      }
      Eventually.await(
          "%s verifies with %s".formatted(pod, label),
          ARRIVAL_MAX,
          () -> signatures(deployed, pod, label).orElse(0) > before.getAsDouble());
    }
    return true;
  }

  private Map<String, OptionalDouble> signatures(Deployed deployed, String label) throws Exception {
    Map<String, OptionalDouble> all = new HashMap<>();
    for (String pod : deployed.cluster().pods(deployed.workload())) {
      all.put(pod, signatures(deployed, pod, label));
    }
    return all;
  }

  /// How many webhooks the secret with this label has verified in a pod; empty if the pod never had
  /// it.
  private OptionalDouble signatures(Deployed deployed, String pod, String label) throws Exception {
    URI metrics = deployed.cluster().podUri(pod, "admin").resolve("/metrics");
    String page =
        client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body();
    Matcher series =
        Pattern.compile("stripe_webhook_signatures_total\\{label=\"" + label + "\"} (\\S+)")
            .matcher(page);
    return series.find()
        ? OptionalDouble.of(Double.parseDouble(series.group(1)))
        : OptionalDouble.empty();
  }

  private int postTo(Deployed deployed, String pod, String id, String secret) throws Exception {
    Load one = new Load(1);
    one.signWith(secret);
    URI webhooks = deployed.cluster().podUri(pod, "webhooks").resolve("/webhooks/stripe");
    return one.post(client, webhooks, id, "acct_0");
  }
}
