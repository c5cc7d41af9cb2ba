package stripebridge.cli.validate.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusTextTest {
  @Test
  void readsSamplesWithTheirLabels() {
    String page =
        """
        # HELP stripe_webhooks_received_total POSTs whose body was read.
        # TYPE stripe_webhooks_received_total counter
        stripe_webhooks_received_total{event_type="payout.failed"} 3.0
        stripe_webhooks_received_total{event_type="other",} 1e3 1395066363000

        async_queue_size 0
        odd{a="x\\"y\\\\z\\n", b = "{,}"} +Inf
        """;
    assertThat(PrometheusText.parse(page))
        .isEqualTo(
            Map.of(
                Series.of("stripe_webhooks_received_total", Map.of("event_type", "payout.failed")),
                3.0,
                Series.of("stripe_webhooks_received_total", Map.of("event_type", "other")),
                1_000.0,
                Series.of("async_queue_size", Map.of()),
                0.0,
                Series.of("odd", Map.of("a", "x\"y\\z\n", "b", "{,}")),
                Double.POSITIVE_INFINITY));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "<html>|line 1: no name at column 1",
        "a one|line 1: 'one' is not a number",
        "a{b=\"c\" 1|line 1: no comma at column 9",
        "a{b=\"c|line 1: the line ends early",
        "a{b=c} 1|line 1: no \" at column 5",
        "a{b=\"\\x\"} 1|line 1: escape \\x",
        "a 1 2 3|line 1: more than a value and a timestamp",
      })
  void namesTheInvalidLine(String page, String problem) {
    assertThatThrownBy(() -> PrometheusText.parse(page))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(problem);
  }

  @Test
  void refusesASampleThatAppearsTwice() {
    assertThatThrownBy(() -> PrometheusText.parse("a{b=\"c\"} 1\na{b=\"c\"} 2\n"))
        .hasMessage("line 2: a{b=\"c\"} appears twice");
  }
}
