package stripebridge.acceptance.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import stripebridge.acceptance.Project;

/// `docs/rotation.md` names what there is: metrics, log messages, objects of the chart.
class RotationPageTest {
  private static final Pattern NAMES =
      Pattern.compile("\\b(?:stripe|solace|tls|setting|certificate|webhook|signature)_[a-z_]+");

  private static String page(String name) throws IOException {
    return Files.readString(Project.root().resolve(Path.of("docs", name)));
  }

  private static String found(String page, String regex) {
    return Pattern.compile(regex)
        .matcher(page)
        .results()
        .findFirst()
        .map(match -> match.group(1))
        .orElseThrow(() -> new AssertionError("nothing like " + regex));
  }

  @Test
  void namesMetricsAndMessagesThatExist() throws IOException {
    String reference = page("reference/http.md");
    Set<String> names = new TreeSet<>();
    NAMES.matcher(page("rotation.md")).results().map(MatchResult::group).forEach(names::add);
    assertThat(names).contains("stripe_webhook_signatures_total", "setting_reloaded");
    assertThat(names).allMatch(reference::contains, "is in http.md");
  }

  @Test
  void selectsTheBridgesOfTheChart() throws IOException {
    Map<String, String> selected = new LinkedHashMap<>();
    for (String pair : found(page("rotation.md"), "kubectl logs -l (\\S+)").split(",", -1)) {
      String[] parts = pair.split("=", 2);
      selected.put(parts[0], parts[1]);
    }
    Deployment bridges =
        Chart.withImage().with("config.redis.enabled", true).objects().stream()
            .filter(Deployment.class::isInstance)
            .map(Deployment.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(bridges.getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(selected);
  }

  @Test
  void replacesTheSecretThatTheChartReads() throws IOException {
    String values = Files.readString(Chart.FOLDER.resolve("values.yaml"));
    String page = page("rotation.md");
    assertThat(found(page, "kubectl create secret generic (\\S+)"))
        .isEqualTo(found(values, "webhookSecretRef: (\\S+)"));
    assertThat(found(page, "--from-file=(\\w+)="))
        .isEqualTo(found(values, "webhookSecretKey: (\\S+)"));
  }
}
