package stripebridge.cli.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Run;
import stripebridge.cli.CliHarness.Running;

class TriggerCommandTest {
  private static final String SECRET = "whsec_of_the_test";

  @TempDir Path folder;
  @TempDir Path serviceFolder;
  private CliHarness cli;
  private Running serve;
  private String url = "";

  /// Starts a bridge without a broker: it takes webhooks all the same.
  @BeforeEach
  void start() throws InterruptedException {
    serve =
        new CliHarness(serviceFolder)
            .onTrueTime()
            .env("STRIPE_WEBHOOK_SECRET", "whsec_other," + SECRET)
            .env("SOLACE_HOST", "tcp://127.0.0.1:1")
            .env("SOLACE_VPN", "default")
            .env("SOLACE_USERNAME", "default")
            .env("SOLACE_PASSWORD", "default")
            .env("APP_HOST", "127.0.0.1")
            .env("APP_PORT", "0")
            .start("serve");
    url = serve.awaitError("listening on (http://\\S+)/webhooks/stripe").group(1);
    cli =
        new CliHarness(folder)
            .onTrueTime()
            .env("STRIPE_WEBHOOK_SECRET", SECRET + ",whsec_next")
            .env("APP_HOST", "127.0.0.1")
            .env("APP_PORT", url.substring(url.lastIndexOf(':') + 1));
  }

  @AfterEach
  void stop() {
    serve.close();
  }

  @Test
  void sendsOneEvent() {
    Run run = cli.run("trigger", "payment_intent.succeeded", "--seed", "7");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .matches(
            """
            EVENT {25}TYPE {22}STATUS {9}LATENCY
            evt_\\w{24}  payment_intent\\.succeeded  200 {12}\\d+\\.\\d ms
            """);
    assertThat(run.err()).isEqualTo("1 webhook answered: 1 accepted; --seed 7\n");
  }

  @Test
  void sendsTheSameAgainFromASeed() {
    Run first = cli.run("trigger", "--all", "-o", "json", "--seed", "7");
    Run second = cli.run("trigger", "--all", "-o", "json", "--seed", "7");

    assertThat(first.err()).isEqualTo("15 webhooks answered: 15 accepted; --seed 7\n");
    assertThat(second.exitCode()).isZero();
    assertThat(second.err()).isEqualTo("15 webhooks answered: 15 duplicates; --seed 7\n");
    assertThat(values(second.out(), "event_id")).isEqualTo(values(first.out(), "event_id"));
    assertThat(values(first.out(), "event_type"))
        .hasSize(15)
        .startsWith("payment_intent.succeeded")
        .endsWith("payout.failed");
  }

  @Test
  void printsTheSeed() {
    Run run = cli.run("trigger", "payout.paid");

    assertThat(run.err()).matches("1 webhook answered: 1 accepted; --seed \\d+\n");
  }

  @Test
  void sendsManyAtARate() {
    Run run =
        cli.run("trigger", "customer.created", "charge.failed", "--count", "20", "--rate", "2000");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines().skip(1).map(line -> line.substring(0, 28)).distinct()).hasSize(40);
    assertThat(run.err())
        .matches(
            "(?s)40 webhooks answered: 40 accepted; \\S+/s of the requested 2,000/s; --seed \\d+\n"
                + "(note: the requested rate was not reached: .*)?");
  }

  @Test
  void sendsManyAtATimeWithoutARate() {
    Run run = cli.run("trigger", "charge.failed", "--count=40", "--concurrency=8", "--seed=7");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).matches("40 webhooks answered: 40 accepted; [0-9.,]+/s; --seed 7\n");
  }

  @Test
  void saysWhichEventsHaveNoCustomer() {
    Run run = cli.run("trigger", "charge.failed", "payout.paid", "--customer=cus_hot", "--seed=7");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .isEqualTo(
            """
            note: --customer has no effect on payout.paid
            2 webhooks answered: 2 accepted; --seed 7
            """);
  }

  @Test
  void expectsDuplicatesToBeReported() {
    Run run = cli.run("trigger", "payout.failed", "--duplicate", "2", "-o", "yaml");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().split("---\n", -1)).hasSize(3);
    assertThat(run.out()).containsOnlyOnce("duplicate: false");
    assertThat(run.err()).startsWith("3 webhooks answered: 1 accepted, 2 duplicates; ");
  }

  @ParameterizedTest
  @CsvSource({
    "signature, signature_mismatch",
    "body, signature_mismatch",
    "timestamp, timestamp_too_old"
  })
  void expectsATamperedWebhookToBeRefused(String what, String error) {
    Run run = cli.run("trigger", "payout.failed", "--tamper", what);

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("  400 " + error + "  ");
    assertThat(run.err()).startsWith("1 webhook answered: 1 refused; ");
  }

  @Test
  void explainsWhyTheBridgeRefuses() {
    Run run =
        cli.env("STRIPE_WEBHOOK_SECRET", "whsec_wrong").run("trigger", "payout.failed", "--seed=7");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.out()).contains("400 signature_mismatch", "  expected 200\n");
    assertThat(run.err())
        .matches(
            "1 webhook answered: 1 refused; --seed 7\n"
                + "error: 1 of 1 webhooks were not answered with 200: payout\\.failed evt_\\w+ was"
                + " answered with 400 signature_mismatch \\(No signature .*\\)\n"
                + "hint:  the bridge has another secret: .*STRIPE_WEBHOOK_SECRET here must .*\n")
        .doesNotContain("whsec_");
  }

  @Test
  void failsWhenNothingAnswers() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    Run run = cli.env("APP_PORT", Integer.toString(free)).run("trigger", "--all");

    assertThat(run)
        .isEqualTo(
            new Run(
                4,
                "",
                """
                error: cannot post to http://127.0.0.1:%d/webhooks/stripe: connection refused
                hint:  start the bridge with 'stripebridge serve', or pass its URL with --app-url
                """
                    .formatted(free)));
  }

  @Test
  void sendsAFileUnchanged() {
    cli.file("event.json", "{\"type\": \"invoice.paid\",\n \"id\":  \"evt_mine\"}");

    Run run = cli.run("trigger", "--file", "event.json", "--duplicate", "1");
    Run more = cli.run("trigger", "--file", "event.json", "--count", "2", "-o", "json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("evt_mine ", "invoice.paid  200 ", "invoice.paid  200 dup");
    assertThat(run.err()).isEqualTo("2 webhooks answered: 1 accepted, 1 duplicate\n");
    assertThat(values(more.out(), "event_id")).startsWith("evt_mine").hasSize(2);
    assertThat(more.err()).isEqualTo("2 webhooks answered: 1 accepted, 1 duplicate\n");
  }

  @Test
  void setsFields() throws Exception {
    Run run =
        cli.run(
            "trigger",
            "invoice.paid",
            "--account=acct_7",
            "--api-version=2024-06-20",
            "--set=id=evt_set",
            "--set",
            "data.object.lines.data[0].amount=4200");
    assertThat(run.exitCode()).isZero();

    Run shown = new CliHarness(serviceFolder).run("inbox", "show", "evt_set", "--reveal");
    assertThat(shown.out())
        .contains(
            "\"account\" : \"acct_7\"",
            "\"api_version\" : \"2024-06-20\"",
            "\"amount\" : 4200",
            "\"subscription\" : \"sub_");
  }

  @Test
  void findsTheBridgeByItsUrl() {
    cli.env("APP_PORT", "0");

    assertThat(cli.run("trigger", "payout.paid", "--app-url", url + "/").exitCode()).isZero();
    assertThat(cli.run("trigger", "payout.paid", "--app-url", url + "/webhooks/stripe").exitCode())
        .isZero();
    assertThat(cli.run("trigger", "payout.paid").err())
        .isEqualTo(
            """
            error: cannot find the bridge: APP_PORT is 0, so the bridge chose its own port
            hint:  pass --app-url with the URL that 'stripebridge serve' printed at its start
            """);
    Run wrong = cli.run("trigger", "payout.paid", "--app-url", "localhost:8080");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).startsWith("error: cannot use --app-url: ");
    Run other = cli.run("trigger", "payout.paid", "--app-url", url + "/app");
    assertThat(other.exitCode()).isEqualTo(3);
    assertThat(other.err()).contains("answered with 404", "hint:  pass the bridge's base URL");
  }

  @Test
  void listsEveryType() {
    Run run = cli.run("trigger", "--list");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines()).hasSize(266);
    assertThat(run.out())
        .containsPattern(
            "(?m)^payment_intent\\.succeeded +stripe/webhook/v1/payment_intent/"
                + "succeeded +stripe\\.payments\\.inbound, stripe\\.all\\.inbound$")
        .containsPattern("(?m)^refund\\.created$");
    assertThat(run.err()).isEmpty();
    String json = cli.run("trigger", "--list", "-o", "json").out();
    assertThat(values(json, "object")).hasSize(265).contains("checkout.session");
    assertThat(values(json, "type")).hasSize(265).startsWith("payment_intent.succeeded");
  }

  @Test
  void usesTheTopologyOfTheUser() {
    cli.file(
        "topology.yaml",
        """
        version: 1
        routes:
          refund.*: stripe/webhook/v1/refund/{rest}
        unlisted: unroutable
        """);

    Run run = cli.run("trigger", "--all", "-o", "json");

    assertThat(values(run.out(), "event_type"))
        .containsExactlyInAnyOrder("refund.created", "refund.failed", "refund.updated");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "invoice.payed         | did you mean 'invoice.paid'?",
        "v2.core.event         | there is no snapshot event of type 'v2.core.event'",
        "                      | name event types, or pass --all or --file",
        "payout.paid --all     | event types, --all and --file exclude each other",
        "payout.paid --count 0 | --count takes a number from 1",
        "payout.paid --rate 0  | --rate takes a number from 0.001 to 100000",
        "payout.paid --rate NaN| --rate takes a number from 0.001 to 100000",
        "payout.paid --concurrency 0 | --concurrency takes a number from 1 to 1000",
        "payout.paid --concurrency 1001 | --concurrency takes a number from 1 to 1000",
        "charge.failed --customer 7 | --customer takes the id of a customer, such as cus_1",
        "payout.paid --customer cus_1 | cannot send events of customer cus_1: these types have no",
        "--file - --customer cus_1 | --customer does not go with --file",
        "charge.failed --via api --customer cus_1 | --customer does not go with --via api",
        "charge.failed --via api --concurrency 2 | --concurrency does not go with --via api",
        "payout.paid --duplicate -1 | --duplicate takes a number from 0",
        "payout.paid --tamper all   | --tamper takes signature, body or timestamp, not 'all'",
        "payout.paid --set a   | cannot set 'a': it is not PATH=VALUE",
        "payout.paid --set a.b=1 | cannot set 'a': this event has no such field",
        "payout.paid --livemode | pass --livemode twice",
        "payout.paid --set livemode=true | pass --livemode twice",
        "payout.paid --keep    | --keep requires --via api",
        "payout.paid --via fax | --via takes webhook or api, not 'fax'",
        "--file none.json      | there is no such file",
        "--file -              | it is not a JSON object"
      })
  void refusesBeforeItSendsAnything(String arguments, String why) {
    List<String> line = new ArrayList<>(List.of("trigger"));
    if (arguments != null) {
      line.addAll(List.of(arguments.split(" ", -1)));
    }
    Run run = cli.stdin("no event").run(line.toArray(String[]::new));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("error: ").contains(why);
  }

  @Test
  void sendsLiveEventsWhenConfirmed() {
    Run run = cli.run("trigger", "payout.paid", "--livemode", "--livemode", "--set=id=evt_live");

    assertThat(run.exitCode()).isZero();
    assertThat(new CliHarness(serviceFolder).run("inbox", "show", "evt_live", "--reveal").out())
        .contains("\"livemode\" : true");
  }

  @Test
  void needsASecret() {
    Run run = cli.env("STRIPE_WEBHOOK_SECRET", "").run("trigger", "payout.paid");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("STRIPE_WEBHOOK_SECRET: is required");
  }

  @Test
  void reportsItsCountsWhenStopped() throws InterruptedException {
    try (Running trigger = cli.start("trigger", "payout.paid", "--count", "100000")) {
      trigger.await("payout.paid");
      Run run = trigger.stop();

      assertThat(run.exitCode()).isEqualTo(130);
      assertThat(run.err()).matches("\\d+ webhooks? answered: \\d+ accepted; --seed \\d+\n");
    }
  }

  /// The values of a field, in JSON documents one after another.
  private static List<String> values(String documents, String field) {
    List<String> values = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(documents)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING && field.equals(parser.currentName())) {
          values.add(parser.getText());
        }
      }
    } catch (IOException e) {
      throw new AssertionError("no JSON: " + documents, e);
    }
    return values;
  }
}
