package stripebridge.cli.trigger;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.deleteRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Run;
import stripebridge.cli.CliHarness.Running;

/// `trigger --via api` against a stub of Stripe's API. The sequences of calls have tests of their
/// own.
class TriggerViaApiTest {
  private static final String KEY = "sk_test_of_the_test";

  @TempDir Path folder;
  private final WireMockServer stripe =
      new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
  private CliHarness cli;

  @BeforeEach
  void start() {
    stripe.start();
    stripe.stubFor(
        any(urlPathMatching("/v1/customers(/.*)?"))
            .willReturn(aResponse().withBody("{\"id\":\"cus_1\"}")));
    stripe.stubFor(
        get(urlPathEqualTo("/v1/events"))
            .willReturn(
                aResponse()
                    .withBody("{\"data\":[{\"id\":\"evt_1\",\"data\":{\"id\":\"cus_1\"}}]}")));
    cli =
        new CliHarness(folder)
            .onTrueTime()
            .env("STRIPE_API_KEY", KEY)
            .env("STRIPE_API_BASE", stripe.baseUrl());
  }

  @AfterEach
  void stop() {
    stripe.stop();
  }

  private Run run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("trigger", "--via", "api"));
    all.addAll(List.of(arguments));
    return cli.run(all.toArray(String[]::new));
  }

  private void answer(String path, int status, String body) {
    stripe.stubFor(
        post(urlPathEqualTo(path)).willReturn(aResponse().withStatus(status).withBody(body)));
  }

  @Test
  void printsTheEventsThatStripeSent() {
    Run run = run("customer.created", "customer.deleted", "--count", "2");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines().skip(1))
        .hasSize(4)
        .allMatch(line -> line.matches("evt_1 {25}customer\\.\\w{7}  sent {11}\\d+\\.\\d ms"));
    assertThat(run.err()).isEqualTo("4 sent\n");
  }

  @Test
  void continuesAfterAFailedType() {
    answer("/v1/payment_intents", 400, "{\"error\":{\"message\":\"Not so.\"}}");

    Run run = run("payment_intent.succeeded", "customer.created", "-o", "json");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.out().lines().toList().getFirst())
        .startsWith("{\"event_id\":null,\"event_type\":\"payment_intent.succeeded\",")
        .contains("\"status\":\"failed\",\"error\":\"cannot POST ", " 400 Not so.\"");
    assertThat(run.out().lines().toList().getLast())
        .startsWith("{\"event_id\":\"evt_1\",\"event_type\":\"customer.created\",");
    assertThat(run.err()).isEqualTo("1 sent, 1 failed\n");
  }

  @Test
  void reportsARefusedKey() {
    answer("/v1/customers", 401, "{\"error\":{\"message\":\"Invalid API Key: " + KEY + "\"}}");

    Run run = run("customer.created");

    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .matches(
            "error: cannot POST http://localhost:\\d+/v1/customers: Stripe refused the key"
                + " \\(401\\)\nhint:  set STRIPE_API_KEY to a test-mode secret key, .*\n");
  }

  @Test
  void reportsThatStripeIsUnavailable() {
    String base = stripe.baseUrl();
    stripe.stop();

    Run run = cli.env("STRIPE_API_BASE", base).run("trigger", "--via=api", "customer.created");

    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.err()).startsWith("error: cannot POST " + base + "/v1/customers: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk_live_secret", "rk_live_secret", "anything"})
  void acceptsOnlyTestModeKeys(String key) {
    Run run = cli.env("STRIPE_API_KEY", key).run("trigger", "--via", "api", "customer.created");

    assertThat(run)
        .isEqualTo(
            new Run(
                2,
                "",
                """
                error: cannot use STRIPE_API_KEY: it is not a test-mode key, and triggering events \
                with it would move real money
                hint:  set a key that begins with sk_test_ or rk_test_
                """));
    assertThat(stripe.getAllServeEvents()).isEmpty();
  }

  @Test
  void reportsTypesThatStripeCannotBeMadeToSend() {
    Run one = run("payout.failed");
    assertThat(one.exitCode()).isEqualTo(2);
    assertThat(one.err())
        .startsWith("error: cannot make Stripe send payout.failed: a payout fails");

    cli.file(
        "topology.yaml",
        """
        version: 1
        routes:
          customer.created: stripe/webhook/v1/customer/created
          payout.failed: stripe/webhook/v1/payout/failed
        unlisted: unroutable
        """);
    Run all = run("--all");
    assertThat(all.exitCode()).isZero();
    assertThat(all.err())
        .startsWith("note: cannot make Stripe send payout.failed: ")
        .endsWith("\n1 sent\n");
  }

  @ParameterizedTest
  @CsvSource({
    "--set, a=1",
    "--tamper, body",
    "--seed, 7",
    "--rate, 5",
    "--duplicate, 1",
    "--api-version, 2020-08-27"
  })
  void refusesOptionsOfWebhooks(String option, String value) {
    Run run = run("customer.created", option, value);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("error: " + option + " does not go with --via api, where Stripe makes");
    assertThat(stripe.getAllServeEvents()).isEmpty();
  }

  @Test
  void removesItsObjectsWhenStopped() throws InterruptedException {
    stripe.stubFor(
        get(urlPathEqualTo("/v1/events")).willReturn(aResponse().withBody("{\"data\":[]}")));
    try (Running trigger = cli.start("trigger", "--via=api", "customer.created", "--count=9")) {
      trigger.awaitThat(() -> stripe.getAllServeEvents().size() >= 2);
      Run run = trigger.stop();

      assertThat(run.exitCode()).isEqualTo(130);
      assertThat(run.err()).isEqualTo("0 sent\n");
    }
    assertThat(stripe.getAllServeEvents().getFirst().getRequest().getMethod().getName())
        .isEqualTo("DELETE");
  }

  @Test
  void keepsItsObjectsWithKeep() {
    assertThat(run("customer.created", "--keep").exitCode()).isZero();

    assertThat(stripe.findUnmatchedRequests().getRequests()).isEmpty();
    stripe.verify(0, deleteRequestedFor(anyUrl()));
  }
}
