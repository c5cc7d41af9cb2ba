package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
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
  private static final Pattern WEB = Pattern.compile("msg=\"Listening on\".* address=(\\S+)");
  // The shipped rules wait for minutes. Here, each minute of `for` is a second, and the rules are
  // evaluated each second; the expressions stay as they are.
  private static final Pattern FOR = Pattern.compile("(?m)^( +for: \\d+)m$");
  private static final Pattern INTERVAL = Pattern.compile("(?m)^    interval: \\d+[sm]$");

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

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
      Process prometheus = start(serve);
      try {
        String web = awaitListening(prometheus);
        Eventually.await(
            "the bridge is scraped", MAX, () -> value(web, "up").equals(Optional.of("1")));
        assertThat(value(web, "solace_connection_status")).hasValue("1");
        assertThat(state(web)).isEqualTo("inactive");

        broker.inject(new Fault.Outage(Duration.ofHours(1)));
        Eventually.await("the alert is pending", MAX, () -> state(web).equals("pending"));
        Eventually.await("the alert fires", MAX, () -> state(web).equals("firing"));
        assertThat(alerts(web).path(0).path("annotations").path("description").asText())
            .startsWith("1 of its processes are not connected");
        assertThat(serve.get("/ready?exclude=broker").statusCode()).isEqualTo(200);

        broker.clearFaults();
        Eventually.await("the alert ends", MAX, () -> state(web).equals("inactive"));
        assertThat(value(web, "solace_connection_status")).hasValue("1");
        assertThat(unhealthyRules(web)).isEmpty();
      } finally {
        prometheus.destroy();
        if (!prometheus.waitFor(30, TimeUnit.SECONDS)) {
          prometheus.destroyForcibly().waitFor();
        }
      }
    }
  }

  private Process start(ServeProcess serve) throws IOException {
    String rules = Files.readString(MonitoringFiles.FOLDER.resolve("rules.yaml"));
    String quick =
        INTERVAL.matcher(FOR.matcher(rules).replaceAll("$1s")).replaceAll("    interval: 1s");
    assertThat(quick).isNotEqualTo(rules);
    Files.writeString(folder.resolve("rules.yaml"), quick);
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
    return new ProcessBuilder(
            Tool.find("prometheus").toString(),
            "--config.file=" + folder.resolve("prometheus.yml"),
            "--storage.tsdb.path=" + folder.resolve("data"),
            "--web.listen-address=127.0.0.1:0")
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log().toFile())
        .start();
  }

  private Path log() {
    return folder.resolve("prometheus.log");
  }

  // With port 0, only the log of the web server's socket tells the port.
  private String awaitListening(Process prometheus) throws Exception {
    String[] web = {""};
    Eventually.await(
        "Prometheus listens",
        MAX,
        () -> {
          String log = Files.readString(log());
          assertThat(prometheus.isAlive()).as(log).isTrue();
          Matcher found = WEB.matcher(log);
          if (found.find()) {
            web[0] = "http://" + found.group(1);
          }
          return !web[0].isEmpty();
        });
    Eventually.await(
        "Prometheus is ready", MAX, () -> send(web[0] + "/-/ready").statusCode() == 200);
    return web[0];
  }

  private HttpResponse<String> send(String uri) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(30)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode get(String uri) throws Exception {
    HttpResponse<String> response = send(uri);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body()).path("data");
  }

  /// The last value of a series; empty without one.
  private Optional<String> value(String web, String query) throws Exception {
    JsonNode result =
        get(web + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    JsonNode value = result.path("result").path(0).path("value").path(1);
    return value.isMissingNode() ? Optional.empty() : Optional.of(value.asText());
  }

  private JsonNode rule(String web) throws Exception {
    return rules(web).stream()
        .filter(rule -> rule.path("name").asText().equals("StripebridgeBrokerDown"))
        .findFirst()
        .orElseThrow();
  }

  private String state(String web) throws Exception {
    return rule(web).path("state").asText();
  }

  private JsonNode alerts(String web) throws Exception {
    return rule(web).path("alerts");
  }

  private List<JsonNode> rules(String web) throws Exception {
    return get(web + "/api/v1/rules").findValues("rules").stream()
        .<JsonNode>mapMulti((rules, all) -> rules.forEach(all))
        .toList();
  }

  private List<JsonNode> unhealthyRules(String web) throws Exception {
    return rules(web).stream().filter(rule -> !rule.path("health").asText().equals("ok")).toList();
  }
}
