package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.deploy.monitoring.MonitoringFiles;
import stripebridge.acceptance.deploy.monitoring.Tool;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxBroker;

/// A real Prometheus scrapes the bridge while the broker is taken away and comes back. Skipped
/// without Prometheus on the `PATH`.
@Tag("faults")
class PrometheusTest {
  private static final Duration MAX = Duration.ofMinutes(2);
  private static final String ALERT = "StripebridgeBrokerDown";
  // The shipped rules wait for minutes. Here, each minute of `for` is a second, and the rules are
  // evaluated each second; the expressions stay as they are.
  private static final Pattern FOR = Pattern.compile("(?m)^( +for: \\d+)m$");
  private static final Pattern INTERVAL = Pattern.compile("(?m)^    interval: \\d+[sm]$");

  @TempDir private Path folder;

  /// The rules look back over three and seven days, which takes a while.
  @Test
  void knowsWhenAlertsFireThatLookBackOverDays() throws Exception {
    MonitoringFiles.copyRulesTo(folder);
    Tool.Ended ended =
        Tool.promtool(
            folder, folder.resolve("rules.yaml"), "test", "rules", "rules_days_test.yaml");
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("SUCCESS");
  }

  @Test
  void seesTheAlertFireAndEndAsTheBrokerGoesAndComes() throws Exception {
    Path _ = Tool.find("prometheus");
    try (SandboxBroker broker = SandboxBroker.start();
        ServeProcess serve = ServeProcess.start(folder, broker, ServeProcess.Options.DEFAULTS)) {
      Eventually.await("ready", MAX, serve::isReady);
      try (PrometheusProcess prometheus = start(serve)) {
        Eventually.await(
            "the bridge is scraped", MAX, () -> prometheus.value("up").equals(Optional.of("1")));
        assertThat(prometheus.value("solace_connection_status")).hasValue("1");
        assertThat(state(prometheus)).isEqualTo("inactive");

        broker.inject(new Fault.Outage(Duration.ofHours(1)));
        Eventually.await("the alert is pending", MAX, () -> state(prometheus).equals("pending"));
        Eventually.await("the alert fires", MAX, () -> state(prometheus).equals("firing"));
        assertThat(
                prometheus
                    .alert(ALERT)
                    .path("alerts")
                    .path(0)
                    .path("annotations")
                    .path("description")
                    .asText())
            .startsWith("1 of its processes are not connected");
        assertThat(serve.get("/ready?exclude=broker").statusCode()).isEqualTo(200);

        broker.clearFaults();
        Eventually.await("the alert ends", MAX, () -> state(prometheus).equals("inactive"));
        assertThat(prometheus.value("solace_connection_status")).hasValue("1");
        assertThat(prometheus.rules()).allMatch(rule -> rule.path("health").asText().equals("ok"));
      }
    }
  }

  private static String state(PrometheusProcess prometheus) throws Exception {
    return prometheus.alert(ALERT).path("state").asText();
  }

  private PrometheusProcess start(ServeProcess serve) throws Exception {
    writeQuickRules();
    Files.writeString(
        folder.resolve("prometheus.yml"),
        """
        global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
        rule_files: [rules.yaml]
        scrape_configs:
          - job_name: bridge
            static_configs: [{targets: ["%s"]}]
        """
            .formatted(serve.uri("/").getAuthority()));
    return PrometheusProcess.start(
        folder,
        List.of(
            "--config.file=" + folder.resolve("prometheus.yml"),
            "--storage.tsdb.path=" + folder.resolve("data"),
            "--web.listen-address=127.0.0.1:0"));
  }

  private void writeQuickRules() throws IOException {
    String rules = MonitoringFiles.text("rules.yaml");
    String quick =
        INTERVAL.matcher(FOR.matcher(rules).replaceAll("$1s")).replaceAll("    interval: 1s");
    assertThat(quick).isNotEqualTo(rules);
    Files.writeString(folder.resolve("rules.yaml"), quick);
  }
}
