package stripebridge.acceptance.deploy.monitoring;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import stripebridge.acceptance.Project;

/// The files of `deploy/monitoring`.
public final class MonitoringFiles {
  public static final Path FOLDER = Project.root().resolve("deploy/monitoring");

  /// What the chart and `compose.yaml` give to Prometheus and Grafana.
  public static final List<String> SHIPPED =
      List.of("rules.yaml", "rules-broker.yaml", "dashboard.json");

  static final List<String> RULES = List.of("rules.yaml", "rules-broker.yaml");
  static final List<String> RULE_TESTS = List.of("rules_test.yaml", "rules_days_test.yaml");
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory()).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private MonitoringFiles() {}

  /// Copies the rules and their tests, so that a program may write beside them.
  public static void copyRulesTo(Path folder) throws IOException {
    for (List<String> names : List.of(RULES, RULE_TESTS)) {
      for (String name : names) {
        Files.copy(FOLDER.resolve(name), folder.resolve(name));
      }
    }
  }

  /// An expression of PromQL.
  ///
  /// @param where the file, and the rule or panel in it
  record Expression(String where, String text) {}

  /// A file, parsed.
  public static JsonNode read(String name) {
    try {
      return YAML.readTree(text(name));
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /// The text of a file.
  public static String text(String name) {
    try {
      return Files.readString(FOLDER.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The rules of all rule files.
  static List<JsonNode> rules() throws IOException {
    List<JsonNode> rules = new ArrayList<>();
    for (String file : RULES) {
      for (JsonNode group : read(file).path("groups")) {
        group.path("rules").forEach(rules::add);
      }
    }
    return rules;
  }

  static List<JsonNode> alerts() throws IOException {
    return rules().stream().filter(rule -> rule.has("alert")).toList();
  }

  static List<JsonNode> panels() throws IOException {
    List<JsonNode> panels = new ArrayList<>();
    read("dashboard.json").path("panels").forEach(panels::add);
    return panels;
  }

  /// Every expression: of rules, of panels, and of the dashboard's annotations.
  static List<Expression> expressions() throws IOException {
    List<Expression> found = new ArrayList<>();
    for (JsonNode rule : rules()) {
      String name = rule.path("alert").asText() + rule.path("record").asText();
      found.add(new Expression("rule " + name, rule.path("expr").asText()));
    }
    found.addAll(dashboardExpressions());
    return found;
  }

  /// As Grafana sends them, with all of each variable chosen.
  static List<Expression> dashboardExpressions() throws IOException {
    List<Expression> found = new ArrayList<>();
    for (JsonNode panel : panels()) {
      for (JsonNode target : panel.path("targets")) {
        found.add(chosen("panel '" + panel.path("title").asText() + "'", target.path("expr")));
      }
    }
    for (JsonNode annotation : read("dashboard.json").at("/annotations/list")) {
      found.add(chosen("annotation " + annotation.path("name").asText(), annotation.path("expr")));
    }
    return found;
  }

  private static Expression chosen(String where, JsonNode text) {
    String chosen =
        text.asText()
            .replace("$__rate_interval", "5m")
            .replaceAll("\\$(namespace|job|instance)\\b", ".*");
    return new Expression(where, chosen);
  }

  /// An expression and all those in it.
  static Stream<PromQl.Node> nodes(PromQl.Node node) {
    return Stream.concat(Stream.of(node), node.parts().stream().flatMap(MonitoringFiles::nodes));
  }
}
