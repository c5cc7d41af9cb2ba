package stripebridge.acceptance.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import stripebridge.acceptance.Project;
import stripebridge.acceptance.deploy.monitoring.MonitoringFiles.Expression;
import stripebridge.acceptance.deploy.monitoring.PromQl.Aggregation;
import stripebridge.acceptance.deploy.monitoring.PromQl.Node;
import stripebridge.acceptance.deploy.monitoring.PromQl.Selector;

class MonitoringTest {
  private static final Pattern RUNBOOK_HEADING =
      Pattern.compile(
          "^### (Stripebridge\\w+)\\n\\n(.+?)(?=\\n#|\\z)", Pattern.MULTILINE | Pattern.DOTALL);
  // Each replica reports them for the whole inbox.
  private static final Set<String> SHARED =
      Set.of(
          "async_queue_size",
          "inbox_oldest_waiting_seconds",
          "inbox_parked",
          "inbox_events_missing");

  @Test
  void hasExpressionsThatParse() throws IOException {
    assertThat(MonitoringFiles.expressions())
        .hasSizeGreaterThan(50)
        .allSatisfy(expression -> PromQl.parse(expression.text()));
  }

  @Test
  void addsUpNothingThatCoversAllReplicas() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Expression expression : MonitoringFiles.expressions()) {
      List<Node> nodes = MonitoringFiles.nodes(PromQl.parse(expression.text())).toList();
      boolean isAboutAll = nodes.stream().anyMatch(MonitoringTest::isShared);
      if (nodes.stream().anyMatch(MonitoringTest::addsUp)
          || (isAboutAll && nodes.stream().noneMatch(MonitoringTest::covers))) {
        wrong.add(expression.where());
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean addsUp(Node node) {
    return node instanceof Aggregation(String operator, List<String> _, List<Node> parts)
        && Set.of("sum", "avg", "topk").contains(operator)
        && parts.stream().flatMap(MonitoringFiles::nodes).anyMatch(MonitoringTest::isShared);
  }

  private static boolean isShared(Node node) {
    return node instanceof Selector selector && SHARED.contains(selector.metric());
  }

  /// A maximum of the replicas' values, or a count of those without one.
  private static boolean covers(Node node) {
    return node instanceof Aggregation(String operator, List<String> labels, List<Node> _)
        && Set.of("max", "count").contains(operator)
        && labels.equals(List.of("namespace", "job"));
  }

  private static String runbook() throws IOException {
    return Files.readString(Project.root().resolve("docs/operating.md"));
  }

  private static List<String> alertNames() throws IOException {
    return MonitoringFiles.alerts().stream().map(alert -> alert.path("alert").asText()).toList();
  }

  /// The chart puts the groups into a `PrometheusRule` as they are.
  @Test
  void hasGroupsOnly() throws IOException {
    for (String file : MonitoringFiles.RULES) {
      assertThat(MonitoringFiles.read(file).fieldNames()).toIterable().containsExactly("groups");
    }
    for (JsonNode rule : MonitoringFiles.rules()) {
      assertThat(rule.fieldNames())
          .toIterable()
          .isSubsetOf("alert", "record", "expr", "for", "labels", "annotations");
    }
    assertThat(alertNames())
        .doesNotHaveDuplicates()
        .allMatch(name -> name.startsWith("Stripebridge"));
  }

  @Test
  void saysOfEachAlertHowUrgentItIsAndWhatToDo() throws IOException {
    List<String> described = new ArrayList<>();
    Matcher heading = RUNBOOK_HEADING.matcher(runbook());
    while (heading.find()) {
      described.add(heading.group(1));
      assertThat(heading.group(2)).as(heading.group(1)).contains("First: `");
    }
    assertThat(described).containsExactlyElementsOf(alertNames());
    for (JsonNode alert : MonitoringFiles.alerts()) {
      String name = alert.path("alert").asText();
      assertThat(alert.path("labels").path("severity").asText()).as(name).matches("page|ticket");
      JsonNode annotations = alert.path("annotations");
      assertThat(annotations.fieldNames())
          .toIterable()
          .containsExactly("summary", "description", "runbook");
      assertThat(annotations.path("summary").asText()).as(name).contains("{{ $labels.");
      assertThat(annotations.path("description").asText()).as(name).isNotBlank();
      assertThat(annotations.path("runbook").asText())
          .isEqualTo("docs/operating.md#" + name.toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void isDescribed() throws IOException {
    String page = Files.readString(Project.root().resolve("docs/monitoring.md"));
    for (JsonNode alert : MonitoringFiles.alerts()) {
      String name = alert.path("alert").asText();
      String severity = alert.path("labels").path("severity").asText();
      assertThat(page).containsPattern("\\| \\[" + name + "]\\([^)]+\\) \\| " + severity + " \\|");
    }
  }

  @Test
  void hasATestInWhichEachAlertFiresAndOneInWhichItDoesNot() throws IOException {
    Set<String> fires = new TreeSet<>();
    Set<String> doesNot = new TreeSet<>();
    for (String file : MonitoringFiles.RULE_TESTS) {
      for (JsonNode test : MonitoringFiles.read(file).path("tests")) {
        for (JsonNode check : test.path("alert_rule_test")) {
          (check.path("exp_alerts").isEmpty() ? doesNot : fires)
              .add(check.path("alertname").asText());
        }
      }
    }
    assertThat(fires).containsExactlyInAnyOrderElementsOf(alertNames());
    assertThat(doesNot).containsExactlyInAnyOrderElementsOf(alertNames());
  }

  @Test
  void hasADashboardThatAnyGrafanaCanShow() throws IOException {
    List<String> rows = new ArrayList<>();
    for (JsonNode panel : MonitoringFiles.panels()) {
      String title = panel.path("title").asText();
      if (panel.path("type").asText().equals("row")) {
        rows.add(title);
        continue;
      }
      // Part of every Grafana since version 8.
      assertThat(panel.path("type").asText()).as(title).isIn("stat", "timeseries", "table");
      assertThat(panel.path("description").asText()).as(title).endsWith(".");
      assertThat(panel.path("targets")).as(title).isNotEmpty();
    }
    assertThat(rows)
        .containsExactly(
            "Is money moving?", "Where does it wait?", "The broker", "One process: $instance");
    assertThat(MonitoringFiles.read("dashboard.json").findValuesAsText("uid"))
        .filteredOn(uid -> !uid.equals("stripebridge"))
        .isNotEmpty()
        .containsOnly("${datasource}");
    assertThat(MonitoringFiles.panels().stream().map(panel -> panel.path("id").asInt()))
        .doesNotHaveDuplicates();
  }

  @Test
  void hasADashboardWithoutOverlaps() throws IOException {
    Set<List<Integer>> taken = new HashSet<>();
    for (JsonNode panel : MonitoringFiles.panels()) {
      JsonNode grid = panel.path("gridPos");
      int right = grid.path("x").asInt() + grid.path("w").asInt();
      assertThat(right).isBetween(1, 24);
      for (int x = grid.path("x").asInt(); x < right; x++) {
        int bottom = grid.path("y").asInt() + grid.path("h").asInt();
        for (int y = grid.path("y").asInt(); y < bottom; y++) {
          assertThat(taken.add(List.of(x, y))).as(panel.path("title").asText()).isTrue();
        }
      }
    }
  }

  /// Grafana leaves a variable that does not exist in the text as it is.
  @Test
  void usesOnlyVariablesThatItHas() throws IOException {
    JsonNode dashboard = MonitoringFiles.read("dashboard.json");
    List<String> variables = dashboard.path("templating").findValuesAsText("name");
    assertThat(variables).containsExactly("datasource", "namespace", "job", "instance");
    Matcher used =
        Pattern.compile("\\$\\{?(\\w+)").matcher(dashboard.toString().replace("$__", "__"));
    while (used.find()) {
      // $1 is a group of a regular expression.
      assertThat(used.group(1)).isIn(variables);
    }
  }
}
