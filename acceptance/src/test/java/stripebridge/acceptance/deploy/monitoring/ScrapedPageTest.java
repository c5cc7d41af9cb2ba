package stripebridge.acceptance.deploy.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.Project;
import stripebridge.acceptance.deploy.monitoring.MonitoringFiles.Expression;
import stripebridge.acceptance.deploy.monitoring.PromQl.Aggregation;
import stripebridge.acceptance.deploy.monitoring.PromQl.Binary;
import stripebridge.acceptance.deploy.monitoring.PromQl.LabelMatcher;
import stripebridge.acceptance.deploy.monitoring.PromQl.Node;
import stripebridge.acceptance.deploy.monitoring.PromQl.Selector;
import stripebridge.acceptance.run.Execution;
import stripebridge.acceptance.run.Execution.RunContext;
import stripebridge.cli.StripebridgeCli;
import stripebridge.sandbox.SandboxBroker;

/// Asks a bridge that `validate` has tried for its metrics, and looks for all that rules and
/// dashboard ask for.
class ScrapedPageTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Pattern LISTENING = Pattern.compile("listening on (http://[^/\\s]+)/");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
  // Prometheus adds them to all series of a target; namespace only if somebody configured that.
  private static final Set<String> TARGET = Set.of("job", "instance", "namespace");
  // What the page has only in some bridges, and what others have. docs/monitoring.md says so.
  private static final Map<String, Set<String>> ELSEWHERE =
      Map.of(
          "tls_certificate_expiry_timestamp_seconds", Set.of(),
          "solace_queue_spool_usage_msgs", Set.of("vpn_name", "queue_name"),
          "ALERTS", Set.of("alertname", "alertstate", "severity"));

  @TempDir private static Path folder;

  private static Map<String, HttpResponse<String>> pages = Map.of();

  /// The series of a page: the labels of each, by name.
  private static Map<String, List<Map<String, String>>> series = Map.of();

  @BeforeAll
  static void scrape() throws Exception {
    // Some metrics exist only for settings that come from files.
    Files.writeString(folder.resolve("webhook-secret"), "whsec_of_the_scrape");
    try (SandboxBroker broker = SandboxBroker.start()) {
      Map<String, String> environment = environment(broker);
      String topology = Project.root().resolve("topology.yaml").toString();
      run(environment, "provision", "--topology", topology);
      Execution serve =
          Execution.start(
              StripebridgeCli::run,
              List.of(
                  "serve", "--topology", topology, "--app-host", "127.0.0.1", "--app-port", "0"),
              new RunContext(
                  environment, folder, InputStream.nullInputStream(), InstantSource.system()));
      try {
        Optional<MatchResult> listening = serve.awaitErr(LISTENING, DEADLINE);
        assertThat(listening).as(serve.err()).isPresent();
        String url = listening.orElseThrow().group(1);
        run(
            environment,
            "validate",
            "--topology",
            topology,
            "--app-url",
            url,
            "--types",
            "payment_intent.succeeded");
        pages =
            Map.of(
                "text", get(url, "*/*"),
                "openmetrics", get(url, "application/openmetrics-text;version=1.0.0"));
        series = parse(page("text").body());
      } finally {
        serve.interrupt();
        assertThat(serve.await(DEADLINE)).isPresent();
      }
    }
  }

  @AfterAll
  static void forget() {
    pages = Map.of();
    series = Map.of();
  }

  private static Map<String, String> environment(SandboxBroker broker) {
    return Map.of(
        "SOLACE_HOST", broker.smfUri(),
        "SOLACE_VPN", "default",
        "SOLACE_USERNAME", "default",
        "SOLACE_PASSWORD", "default",
        "SOLACE_SEMP_HOST", broker.sempUri(),
        "SOLACE_SEMP_USERNAME", "admin",
        "SOLACE_SEMP_PASSWORD", "admin",
        "STRIPE_WEBHOOK_SECRET_FILE", "webhook-secret");
  }

  private static void run(Map<String, String> environment, String... args) {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(shown, true, UTF_8);
    int code =
        StripebridgeCli.run(
            args, new HashMap<>(environment), folder, InputStream.nullInputStream(), out, out);
    assertThat(code).as(shown.toString(UTF_8)).isZero();
  }

  private static HttpResponse<String> get(String url, String accept) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(url + "/metrics")).header("Accept", accept).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static Map<String, List<Map<String, String>>> parse(String page) {
    Map<String, List<Map<String, String>>> found = new HashMap<>();
    for (String line : page.lines().filter(any -> !any.startsWith("#")).toList()) {
      String name = line.split("[{ ]", 2)[0];
      Map<String, String> labels = new HashMap<>();
      Matcher label = LABEL.matcher(line);
      while (label.find()) {
        labels.put(label.group(1), label.group(2));
      }
      found.computeIfAbsent(name, _ -> new ArrayList<>()).add(labels);
    }
    return found;
  }

  @Test
  void hasAllThatRulesAndDashboardAskFor() throws Exception {
    Set<String> recorded = new HashSet<>();
    for (JsonNode rule : MonitoringFiles.rules()) {
      recorded.add(rule.path("record").asText());
    }
    List<String> missing = new ArrayList<>();
    for (Expression expression : MonitoringFiles.expressions()) {
      MonitoringFiles.nodes(PromQl.parse(expression.text()))
          .flatMap(part -> missing(part, recorded))
          .forEach(what -> missing.add(expression.where() + ": " + what));
    }
    assertThat(missing).isEmpty();
  }

  private static Stream<String> missing(Node part, Set<String> recorded) {
    return switch (part) {
      case Selector selector -> missing(selector, recorded).stream();
      case Aggregation _, Binary _ -> unknownLabels(part);
      default -> Stream.empty();
    };
  }

  private static List<String> missing(Selector selector, Set<String> recorded) {
    String metric = selector.metric();
    boolean isKnown =
        series.containsKey(metric) || ELSEWHERE.containsKey(metric) || recorded.contains(metric);
    if (!isKnown) {
      return List.of(metric);
    }
    List<String> missing = new ArrayList<>();
    for (LabelMatcher matcher : selector.matchers()) {
      if (!labels(metric).contains(matcher.label())) {
        missing.add(metric + " has no label " + matcher.label());
      } else if (series.containsKey(metric) && !TARGET.contains(matcher.label())) {
        missing.addAll(missingValues(metric, matcher));
      }
    }
    return missing;
  }

  /// Each alternative must occur: a misspelt one would hide among the others.
  private static List<String> missingValues(String metric, LabelMatcher matcher) {
    List<String> missing = new ArrayList<>();
    for (String value : matcher.value().split("\\|", -1)) {
      boolean isThere =
          series.getOrDefault(metric, List.of()).stream()
              .map(labels -> labels.getOrDefault(matcher.label(), ""))
              .anyMatch(seen ->
                  matcher.operator().contains("~") ? seen.matches(value) : seen.equals(value));
      if (!isThere) {
        missing.add("%s has no %s %s".formatted(metric, matcher.label(), value));
      }
    }
    return missing;
  }

  private static Set<String> labels(String metric) {
    Set<String> labels = new HashSet<>(TARGET);
    labels.addAll(ELSEWHERE.getOrDefault(metric, Set.of()));
    series.getOrDefault(metric, List.of()).forEach(one -> labels.addAll(one.keySet()));
    return labels;
  }

  private static Stream<String> unknownLabels(Node node) {
    Set<String> known = new HashSet<>(TARGET);
    MonitoringFiles.nodes(node)
        .forEach(part -> {
          if (part instanceof Selector selector) {
            known.addAll(labels(selector.metric()));
          }
        });
    return node.labels().stream()
        .filter(label -> !known.contains(label))
        .map(label -> "no metric in it has the label " + label);
  }

  /// A metric that the reference does not name may change with any release.
  @Test
  void hasNothingThatTheReferenceDoesNotDescribe() throws Exception {
    String reference = Files.readString(Project.root().resolve("docs/reference/http.md"));
    assertThat(
            series.keySet().stream()
                .filter(metric -> !metric.matches("(jvm|process)_.*"))
                .map(metric -> metric.replaceFirst("(duration_seconds)_\\w+$", "$1"))
                .filter(metric -> !reference.contains("| `" + metric + "` |")))
        .isEmpty();
  }

  /// promtool reads the text format only. `PrometheusTest` scrapes OpenMetrics.
  @Test
  void isWhatPromtoolExpects() throws Exception {
    Path page = Files.writeString(folder.resolve("page"), page("text").body());
    assertThat(Tool.promtool(folder, page, "check", "metrics")).isEqualTo(new Tool.Ended(0, ""));
  }

  @Test
  void saysItsFormat() {
    assertThat(page("text").headers().firstValue("content-type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(page("openmetrics").headers().firstValue("content-type"))
        .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(page("openmetrics").body()).endsWith("\n# EOF\n");
  }

  private static HttpResponse<String> page(String format) {
    return Objects.requireNonNull(pages.get(format));
  }
}
