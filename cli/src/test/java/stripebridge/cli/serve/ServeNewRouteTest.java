package stripebridge.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Running;
import stripebridge.cli.ProvisionHarness;
import stripebridge.sandbox.RecordedMessage;

/// A new route while `serve` runs, with the shipped topology.
class ServeNewRouteTest {
  @TempDir Path folder;

  @Test
  void leadsTheNextRefundToItsOwnTopicAndQueueWithoutARestart() throws Exception {
    try (ProvisionHarness harness = ProvisionHarness.shipped(folder)) {
      CliHarness cli = harness.provisioned().cli();
      cli.onTrueTime()
          .env("SOLACE_HOST", harness.broker().smfUri())
          .env("SOLACE_USERNAME", "stripe-bridge-user")
          .env("STRIPE_WEBHOOK_SECRET", "whsec_one")
          .env("APP_HOST", "127.0.0.1")
          .env("APP_PORT", "0");
      try (Running serve = cli.start("serve", "--topology", "topology.yaml")) {
        RunningBridge bridge = RunningBridge.await(serve);
        assertThat(bridge.post("whsec_one", "evt_1", "refund.created")).isEqualTo(200);
        serve.await("event_published.*evt_1");

        cli.file(
            "topology.yaml",
            ProvisionHarness.shippedText()
                .replace("\nroutes:\n", "\nroutes:\n  refund.*: stripe/webhook/v1/refund/{rest}\n")
                .replace(
                    "\nqueues:\n",
                    """

                    queues:
                      stripe.refunds.inbound:
                        subscriptions: [stripe/webhook/v1/refund/>]
                    """));
        harness.provisioned();
        serve.reload();
        serve.await("\"msg\":\"routes_reloaded\",\"file\":\"topology.yaml\",\"routes\":16");
        assertThat(bridge.post("whsec_one", "evt_2", "refund.created")).isEqualTo(200);
        assertThat(bridge.post("whsec_one", "evt_3", "refund.failed")).isEqualTo(200);
        serve.await("event_published.*evt_2");
        serve.await("event_published.*evt_3");
      }

      assertThat(destinations(harness, "stripe.refunds.inbound"))
          .containsExactlyInAnyOrder(
              "stripe/webhook/v1/refund/created/acct_7", "stripe/webhook/v1/refund/failed/acct_7");
      assertThat(destinations(harness, "stripe.all.inbound"))
          .as("the one before is where it was")
          .hasSize(3)
          .startsWith("stripe/webhook/v1/error/unroutable/acct_7");
    }
  }

  private static List<String> destinations(ProvisionHarness harness, String queue) {
    return harness.vpn().queue(queue).messages().stream()
        .map(RecordedMessage::destination)
        .toList();
  }
}
