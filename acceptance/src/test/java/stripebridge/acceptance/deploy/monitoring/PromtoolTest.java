package stripebridge.acceptance.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.acceptance.Project;

/// Asks promtool, where it is installed.
class PromtoolTest {
  private static final List<String> RULES = MonitoringFiles.RULES;

  @TempDir private Path folder;

  @BeforeEach
  void copyTheFiles() throws Exception {
    Path _ = Tool.find("promtool");
    MonitoringFiles.copyRulesTo(folder);
  }

  private Tool.Ended run(String... arguments) throws Exception {
    return Tool.promtool(folder, folder.resolve(RULES.getFirst()), arguments);
  }

  @ParameterizedTest
  @FieldSource("RULES")
  void takesTheRules(String file) throws Exception {
    Tool.Ended ended = run("check", "rules", "--lint=all", "--lint-fatal", file);
    assertThat(ended.exitCode()).as(ended.output()).isZero();
  }

  /// `PrometheusTest` runs the tests that look back over days.
  @Test
  void seesTheAlertsFireWhenTheyShould() throws Exception {
    Tool.Ended ended = run("test", "rules", "rules_test.yaml");
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("SUCCESS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"targets-bridge.yaml", "targets-replicas.yaml"})
  void takesTheConfigurationOfCompose(String targets) throws Exception {
    Path compose = Project.root().resolve("deploy/compose");
    Files.copy(compose.resolve("prometheus.yml"), folder.resolve("prometheus.yml"));
    Files.copy(compose.resolve(targets), folder.resolve("targets.yaml"));
    Tool.Ended ended = run("check", "config", "--lint=all", "--lint-fatal", "prometheus.yml");
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("2 rule files found").doesNotContain("WARNING");
  }

  @Test
  void takesTheExpressionsOfTheDashboard() throws Exception {
    Tool.Ended ended =
        check(
            MonitoringFiles.dashboardExpressions().stream()
                .map(MonitoringFiles.Expression::text)
                .toList());
    assertThat(ended.exitCode()).as(ended.output()).isZero();
  }

  @Test
  void agreesWithOurParser() throws Exception {
    Tool.Ended good = check(PromQlTest.GOOD);
    assertThat(good.exitCode()).as(good.output()).isZero();
    for (String text : PromQlTest.BAD) {
      assertThat(check(List.of(text)).exitCode()).as(text).isNotZero();
    }
  }

  /// Checks expressions as rules that nobody evaluates.
  private Tool.Ended check(List<String> expressions) throws Exception {
    List<Map<String, String>> rules = new ArrayList<>();
    for (String expression : expressions) {
      rules.add(Map.of("record", "checked:" + rules.size(), "expr", expression));
    }
    // JSON is YAML.
    new ObjectMapper()
        .writeValue(
            folder.resolve("checked.yaml").toFile(),
            Map.of("groups", List.of(Map.of("name", "checked", "rules", rules))));
    return run("check", "rules", "checked.yaml");
  }
}
