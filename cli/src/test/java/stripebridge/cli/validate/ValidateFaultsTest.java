package stripebridge.cli.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.ProvisionHarness;
import stripebridge.cli.validate.FaultyPublisher.Fault;

/// A validation that cannot fail proves nothing: each planted fault makes it fail, for its own
/// reason.
class ValidateFaultsTest {
  private static final String SHORT = "--timeout=2";

  @TempDir Path folder;

  /// The output of a run, with wrapped clauses joined.
  private static String unwrapped(CliHarness.Run run) {
    return run.out()
        .replaceAll("\\n {10}(?! )", " ")
        .replaceAll("\\n {4}(?=[a-z(])(?!seen:|next:|note:)", " ");
  }

  private static void assertFailed(CliHarness.Run run, String... clauses) {
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(3);
    assertThat(unwrapped(run)).contains(clauses);
    assertThat(run.err()).isEmpty();
  }

  @Test
  void reportsAMissingSubscription() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      harness.vpn().unsubscribe("stripe.invoices.inbound", "stripe/webhook/v1/invoice/>");
      assertFailed(
          harness.validate(SHORT),
          "seen: subscription stripe/webhook/v1/invoice/> of queue stripe.invoices.inbound is"
              + " missing",
          "✗ invoice.finalized",
          "seen: it did not arrive on stripe.invoices.inbound within 2.0 s",
          "next: 'stripebridge provision --dry-run' shows",
          "✓ charge.failed → stripe.all.inbound",
          "seen: stripe.invoices.inbound spooled rose by 0, expected 3");
    }
  }

  @Test
  void reportsADisabledQueue() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      harness.vpn().updateQueue("stripe.payments.inbound", Map.of("ingressEnabled", false));
      assertFailed(
          harness.validate(SHORT),
          "seen: queue stripe.payments.inbound has ingressEnabled false → true",
          "✗ payment_intent.succeeded",
          "seen: no message was published to a topic of acct_e2e within 2.0 s",
          "next: 'stripebridge inbox show evt_e2e_",
          "✓ invoice.finalized → stripe.invoices.inbound, stripe.all.inbound",
          "seen: async_queue_size went from 0 to 2");
    }
  }

  @Test
  void reportsAWrongDmq() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      harness.vpn().updateQueue("stripe.customers.inbound", Map.of("deadMsgQueue", "elsewhere"));
      CliHarness.Run run = harness.validate(SHORT);
      assertFailed(
          run,
          "seen: queue stripe.customers.inbound has deadMsgQueue elsewhere → stripe.errors.dmq");
      assertThat(run.out()).contains(", 1 failed, ");
    }
  }

  @Test
  void reportsADifferentRoute() throws Exception {
    String elsewhere =
        ProvisionHarness.shippedText()
            .replace("stripe/webhook/v1/invoice/finalized", "stripe/webhook/v1/customer/finalized");
    try (ValidateHarness harness = new ValidateHarness(folder).routing(elsewhere).started()) {
      assertFailed(
          harness.validate(SHORT),
          "✗ invoice.finalized",
          "seen: it did not arrive on stripe.invoices.inbound within 2.0 s",
          "seen: topic is stripe/webhook/v1/customer/finalized/acct_e2e, expected"
              + " stripe/webhook/v1/invoice/finalized/acct_e2e",
          "next: serve reads its routes from another topology.yaml",
          "arrived on stripe.customers.inbound, where it does not belong");
    }
  }

  @Test
  void reportsADroppedEvent() throws Exception {
    try (ValidateHarness harness =
        new ValidateHarness(folder)
            .publishing(to ->
                new FaultyPublisher(
                    to, message -> message.topic().contains("/payout/"), Fault.DROPPED))
            .started()) {
      CliHarness.Run run = harness.validate(SHORT);
      assertFailed(
          run,
          "✗ payout.failed",
          "seen: no message was published to a topic of acct_e2e within 2.0 s",
          "seen: it did not arrive on stripe.all.inbound",
          "seen: stripe.all.inbound spooled rose by 16, expected 17");
      assertThat(run.out()).contains(", 2 failed, ");
    }
  }

  @Test
  void reportsAnEventPublishedTwice() throws Exception {
    try (ValidateHarness harness =
        new ValidateHarness(folder)
            .publishing(to ->
                new FaultyPublisher(
                    to, message -> message.topic().contains("/charge/failed"), Fault.TWICE))
            .started()) {
      CliHarness.Run run = harness.validate(SHORT);
      assertFailed(run, "was published 2 times", "arrived on stripe.all.inbound 2 times");
      assertThat(run.out()).contains(", 1 failed, ").contains("charge.failed (evt_e2e_");
    }
  }

  /// Adds to one counter once it is above zero.
  private static UnaryOperator<String> risingBy(int more, String series) {
    Pattern line = Pattern.compile("(?m)^" + Pattern.quote(series) + " ([0-9.]+)$");
    return page -> line.matcher(page).replaceAll(match -> series + " " + risen(match, more));
  }

  private static double risen(MatchResult match, int more) {
    double value = Double.parseDouble(match.group(1));
    return value == 0 ? 0 : value + more;
  }

  private void reportsAChangedCounter(int more, String series, String clause) throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started();
        FaultyFront front = new FaultyFront(harness.url(), risingBy(more, series))) {
      CliHarness.Run run = harness.validateAt(front.url(), Map.of(), SHORT);
      assertFailed(run, "seen: " + series + " " + clause);
      assertThat(run.out()).contains(", 1 failed, ").contains(more > 0 ? "too many" : "too few");
    }
  }

  @Test
  void reportsACounterThatIsTooHigh() throws Exception {
    reportsAChangedCounter(1, "stripe_webhooks_verified_total", "rose by 34, expected 33");
  }

  @Test
  void reportsALabelledCounterThatIsTooHigh() throws Exception {
    reportsAChangedCounter(
        1,
        "stripe_events_processed_total{event_type=\"payout.failed\",status=\"success\"}",
        "rose by 2, expected 1");
  }

  @Test
  void reportsACounterThatIsTooLow() throws Exception {
    reportsAChangedCounter(-1, "stripe_webhooks_invalid_signature_total", "rose by 3, expected 4");
  }

  @Test
  void reportsUnreadableMetrics() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started();
        FaultyFront front = new FaultyFront(harness.url(), _ -> "<html>")) {
      assertFailed(
          harness.validateAt(front.url(), Map.of(), SHORT),
          "is not in Prometheus' text format: line 1: no name at column 1",
          "next: pass --admin-url");
    }
  }

  @Test
  void reportsAWrongSecret() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      CliHarness.Run run =
          harness.validateAt(
              harness.url().toString(),
              Map.of("STRIPE_WEBHOOK_SECRET", "whsec_of_somebody_else"),
              SHORT);
      assertFailed(
          run,
          "✗ payout.failed",
          "seen: answered 400 signature_mismatch",
          "next: the first secret of STRIPE_WEBHOOK_SECRET must be one of the bridge's",
          "- the same events again: not checked, the bridge accepted no event");
      assertThat(run.out()).contains(", 16 failed, ").doesNotContain("whsec_");
    }
  }

  @Test
  void reportsAnUnavailableBroker() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      harness.closeBroker();
      assertFailed(
          harness.validate("--timeout=1"),
          "seen: answered 503 {\"status\":\"not_ready\",\"down\":[\"broker\"]}",
          "✗ the broker matches the topology",
          "next: set SOLACE_SEMP_HOST",
          "- an event of each type: not checked, the bridge is not ready");
    }
  }

  @Test
  void reportsAnUnavailableBridge() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder)) {
      assertFailed(
          harness.validateAt("http://127.0.0.1:1", Map.of(), "--timeout=1"),
          "✗ GET /health",
          "next: start the bridge with 'stripebridge serve'",
          "- an event of each type: not checked, the bridge is not healthy");
    }
  }

  /// The user that reads messages may differ from the bridge's.
  @Test
  void reportsARefusedLogin() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      assertFailed(
          harness.validateAt(harness.url().toString(), Map.of("SOLACE_PASSWORD", "wrong"), SHORT),
          "✗ messages can be read as stripe-bridge-user",
          "next: set SOLACE_USERNAME and SOLACE_PASSWORD");
    }
  }
}
