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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stripebridge.acceptance.deploy.monitoring.Tool;

/// Runs the Prometheus that is on the `PATH`.
final class PrometheusProcess implements AutoCloseable {
  private static final Duration MAX = Duration.ofMinutes(2);
  private static final Pattern WEB = Pattern.compile("msg=\"Listening on\".* address=(\\S+)");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path log;
  private final Process process;
  private String web = "";

  private PrometheusProcess(Path log, Process process) {
    this.log = log;
    this.process = process;
  }

  /// Starts it, and waits until it is ready. Skips the test if it is not on the `PATH`.
  ///
  /// @param folder where it writes its log
  /// @param options that name files, and port 0 for it to listen on
  static PrometheusProcess start(Path folder, List<String> options) throws Exception {
    List<String> command = new ArrayList<>(List.of(Tool.find("prometheus").toString()));
    command.addAll(options);
    Path log = folder.resolve("prometheus.log");
    PrometheusProcess started =
        new PrometheusProcess(
            log,
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
    try {
      started.awaitReady();
      return started;
    } catch (Throwable e) {
      started.close();
      throw e;
    }
  }

  // With port 0, only the log of the web server's socket tells the port.
  private void awaitReady() throws Exception {
    Eventually.await(
        "Prometheus listens",
        MAX,
        () -> {
          String printed = Files.readString(log);
          assertThat(process.isAlive()).as(printed).isTrue();
          Matcher found = WEB.matcher(printed);
          if (found.find()) {
            web = "http://" + found.group(1);
          }
          return !web.isEmpty();
        });
    Eventually.await("Prometheus is ready", MAX, () -> send("/-/ready").statusCode() == 200);
  }

  private HttpResponse<String> send(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(web + path)).timeout(Duration.ofSeconds(30)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = send(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body()).path("data");
  }

  /// The last value of the first series; empty without one.
  Optional<String> value(String query) throws Exception {
    String encoded = URLEncoder.encode(query, StandardCharsets.UTF_8);
    JsonNode result = get("/api/v1/query?query=" + encoded);
    JsonNode value = result.path("result").path(0).path("value").path(1);
    return value.isMissingNode() ? Optional.empty() : Optional.of(value.asText());
  }

  /// The state of all rules.
  List<JsonNode> rules() throws Exception {
    return get("/api/v1/rules").findValues("rules").stream()
        .<JsonNode>mapMulti((rules, all) -> rules.forEach(all))
        .toList();
  }

  /// The state of one alert.
  JsonNode alert(String name) throws Exception {
    return rules().stream()
        .filter(rule -> rule.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /// The rules that could not be evaluated.
  List<JsonNode> failedRules() throws Exception {
    return rules().stream().filter(rule -> rule.path("health").asText().equals("err")).toList();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    client.close();
  }
}
