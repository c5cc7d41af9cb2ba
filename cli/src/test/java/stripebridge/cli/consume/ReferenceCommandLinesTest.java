package stripebridge.cli.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Run;

/// The two command lines with which the reference tool consumes its DMQ, with its names for our
/// options. Both run to their end without a question: `--ack` only says what it removes.
class ReferenceCommandLinesTest {
  private static final String DMQ = "stripe.errors.dmq";

  @TempDir private Path folder;

  private static CliHarness.Run run(ConsumeHarness harness, String... options) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "consume",
                "--queue",
                DMQ,
                "--vpn",
                "default",
                "--solace-user",
                "default",
                "--semp-host",
                harness.broker().sempUri(),
                "--semp-username",
                harness.broker().options().semp().username(),
                "--pretty"));
    args.addAll(List.of(options));
    Run run = harness.cli().onTerminal().env("NO_COLOR", "1").run(args.toArray(String[]::new));
    return new Run(run.exitCode(), run.out().replaceAll("rmid1:[0-9a-f-]+", "rmid1:0"), run.err());
  }

  @Test
  void printTheSameMessageAndTakeItWithAck() throws Exception {
    try (ConsumeHarness harness = new ConsumeHarness(folder).withSemp()) {
      harness.vpn().createOpenQueue(DMQ, "dead/>");
      harness.client().publish("dead/1", "evt_1", "{\"event_type\":\"invoice.paid\"}");
      harness.await("published", () -> harness.vpn().queue(DMQ).depth() == 1);
      String message =
          """
          1  invoice.paid  evt_1
            time          unknown
            topic         dead/1
            message id    evt_1
            broker's id   rmid1:0
            redelivered   no
            TTL           none
            DMQ           not eligible
            payload       29 bytes, text
          {
            "event_type": "invoice.paid"
          }
          """;

      assertThat(run(harness))
          .isEqualTo(
              new Run(
                  0,
                  message,
                  """
                  1 message shown; the queue holds no more
                  take:  stripebridge consume --queue stripe.errors.dmq --ack --count 1
                  """));
      assertThat(harness.vpn().queue(DMQ).depth()).isEqualTo(1);

      assertThat(run(harness, "--ack"))
          .isEqualTo(
              new Run(
                  0,
                  message,
                  """
                  taking up to 1 message from 'stripe.errors.dmq'; each is removed once it is
                    printed
                  1 message taken; the queue is empty
                  """));
      harness.await("removed", () -> harness.vpn().queue(DMQ).depth() == 0);
    }
  }
}
