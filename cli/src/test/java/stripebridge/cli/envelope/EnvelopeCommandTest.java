package stripebridge.cli.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;

class EnvelopeCommandTest {
  private static final String EVENT =
      """
      {"id": "evt_1", "object": "event", "created": 1785312000, "livemode": false,
       "data": {"object": {"id": "po_1", "object": "payout", "amount": 1.00}},
       "type": "payout.failed"}
      """;

  @TempDir private Path folder;

  private CliHarness cli() {
    return new CliHarness(folder).file("event.json", EVENT);
  }

  @Test
  void printsTheTopicAndTheEnvelope() {
    CliHarness.Run run = cli().run("envelope", "event.json");
    assertThat(run.exitCode()).isEqualTo(0);
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines().toList())
        .satisfiesExactly(
            topic -> assertThat(topic).isEqualTo("stripe/webhook/v1/payout/failed/unknown"),
            envelope ->
                assertThat(envelope)
                    .startsWith("{\"event_id\":\"evt_1\",\"event_type\":\"payout.failed\",")
                    .endsWith(
                        "\"raw\":{\"id\": \"po_1\", \"object\": \"payout\", \"amount\": 1.00}}"));
  }

  @Test
  void readsStandardInput() {
    assertThat(cli().stdin(EVENT).run("envelope", "-").out())
        .startsWith("stripe/webhook/v1/payout/failed/unknown\n");
  }

  @Test
  void putsTheConfiguredAccountIntoTheTopic() {
    assertThat(cli().run("envelope", "event.json", "--stripe-account-id", "acct_9").out())
        .startsWith("stripe/webhook/v1/payout/failed/acct_9\n")
        .contains("\"account_id\":\"acct_9\"");
  }

  @Test
  void printsOneDocumentForPrograms() {
    assertThat(cli().run("envelope", "event.json", "-o", "json").out())
        .contains("\"topic\" : \"stripe/webhook/v1/payout/failed/unknown\"")
        .contains("\"route\" : \"payout.failed\"")
        .contains("\"amount\": 1.00");
    assertThat(cli().run("envelope", "event.json", "-o", "yaml").out())
        .contains("topic: stripe/webhook/v1/payout/failed/unknown")
        .contains("event_id: evt_1");
  }

  @Test
  void masksPersonalData() {
    String event =
        """
        {"id": "evt_1", "object": "event", "created": 1785312000, "livemode": false,
         "data": {"object": {"id": "in_1", "object": "invoice", "customer": "cus_1",
           "status": "paid", "amount_paid": 1200, "customer_email": "ann@example.com",
           "hosted_invoice_url": "https://invoice.stripe.com/i/acct_1/live_YWNjdF8x",
           "lines": {"data": [{"description": "Ann's seat", "amount": 1200}]}},
          "previous_attributes": {"customer_name": "Ann", "status": "open"}},
         "type": "invoice.updated"}
        """;
    for (String format : new String[] {"table", "json", "yaml"}) {
      assertThat(cli().stdin(event).run("envelope", "-", "--redact", "-o", format).out())
          .contains("evt_1", "in_1", "cus_1", "paid", "1200", "open", "***")
          .doesNotContain("Ann", "ann@", "https:", "YWNjdF8x");
    }
    assertThat(cli().stdin(event).run("envelope", "-", "--redact").out())
        .contains(
            "\"previous_attributes\":{\"customer_name\":\"***\",\"status\":\"open\"}",
            "\"raw\":{\"id\":\"in_1\",\"object\":\"invoice\",\"customer\":\"cus_1\",");
  }

  @Test
  void usesTheTopologyInTheWorkingDirectory() {
    CliHarness here =
        cli()
            .file("topology.yaml", "version: 1\nroutes:\n  payout.*: stripe/webhook/v1/x/{rest}\n");
    assertThat(here.run("envelope", "event.json").out()).startsWith("stripe/webhook/v1/x/failed/");
  }

  @Test
  void reportsEveryProblemOfTheTopology() {
    CliHarness here = cli().file("routes.yaml", "version: 1\nroute: {}\nunlisted: nowhere\n");
    CliHarness.Run run = here.run("envelope", "event.json", "--topology", "routes.yaml");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("routes.yaml:2:1: ").contains("routes.yaml:3:11: ");
  }

  @Test
  void reportsAFileThatIsNotAnEvent() {
    assertThat(cli().file("no.json", "{\"id\": \"evt_1\"}").run("envelope", "no.json"))
        .isEqualTo(
            new CliHarness.Run(
                2,
                "",
                """
                error: cannot read the event in 'no.json': no event type
                hint:  the bridge would answer this webhook with 400; pass a body as Stripe sends it
                """));
  }

  @Test
  void reportsAnEventThatCannotBeNormalized() {
    CliHarness here = cli().file("odd.json", EVENT.replace("\"amount\"", "\"id\""));
    CliHarness.Run run = here.run("envelope", "odd.json");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("cannot normalize event evt_1 in 'odd.json': a field name appears twice");
  }

  @Test
  void reportsAMissingFile() {
    assertThat(cli().run("envelope", "none.json"))
        .isEqualTo(
            new CliHarness.Run(
                2,
                "",
                """
                error: cannot read 'none.json': there is no such file
                hint:  pass a file, or '-' for standard input
                """));
  }
}
