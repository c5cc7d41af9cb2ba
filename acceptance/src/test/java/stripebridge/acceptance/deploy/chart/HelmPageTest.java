package stripebridge.acceptance.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.acceptance.Project;

/// `docs/helm.md` and the chart's notes say what the chart does.
class HelmPageTest {
  private static final Path PAGE = Project.root().resolve("docs/helm.md");
  private static final String GENERATED = "<!-- Generated from values.yaml by 'make golden'. -->\n";

  @Test
  void listsTheValues() throws IOException {
    String page = Files.readString(PAGE);
    int end = page.indexOf(GENERATED) + GENERATED.length();

    Golden.compare("docs/helm.md", page.substring(0, end) + "\n" + ChartValues.read().table());
  }

  @Test
  void describesEveryValue() throws IOException {
    assertThat(ChartValues.read().entries())
        .allMatch(entry -> entry.description().endsWith("."), "is a sentence");
    assertThat(ChartValues.parse("a: 1\n# B.\nb: {c: 1}\nd:\n  # E.\n  e: 2\n").entries())
        .extracting(entry -> entry.path() + "=" + entry.description())
        .containsExactly("a=", "b=B.", "d.e=E.");
  }

  /// Each risk that the notes can name is explained, and no others are.
  @Test
  void explainsEachRisk() throws IOException {
    Chart careless =
        Chart.ofShape("trial")
            .with("image.tag", "latest")
            .with("ingress.enabled", true)
            .with("config.settings.APP_PROXY_PROTOCOL", true);
    Chart scaled =
        Chart.ofShape("gateway")
            .with("autoscaling.minReplicas", 1)
            .with("config.redis.tls", false)
            .with("podDisruptionBudget.enabled", false);

    List<String> named =
        risks(careless.notes() + scaled.notes(), "(?m)^ - ([a-z-]+): ")
            .distinct()
            .sorted()
            .toList();
    String page = Files.readString(PAGE);
    String explained = page.substring(0, page.indexOf("## Values"));
    assertThat(named).isEqualTo(risks(explained, "(?m)^\\| `([a-z-]+)` \\|").sorted().toList());
  }

  @Test
  void warnsOfNothingWhereNoRiskIsChosen() {
    Chart careful =
        Chart.ofShape("replicas")
            .with("image.digest", "sha256:" + "0".repeat(64))
            .with("config.solace.host", "tcps://broker")
            .with("config.semp.host", "https://broker")
            .with("ingress.enabled", true)
            .with("ingress.tls", true);

    assertThat(careful.notes()).doesNotContain("Risks");
    assertThat(careful.with("config.redis.clientCertRef", null).notes()).doesNotContain("Risks");
  }

  @Test
  void namesTheAddressTheEventsAndTheSecrets() {
    assertThat(Chart.ofShape("ingress").notes())
        .contains("https://hooks.example.com/webhooks/stripe\n")
        .contains("   payment_intent.succeeded\n")
        .contains("   solace-semp-token (key value)\n")
        .doesNotContain("solace-semp-password")
        .contains("rollout status statefulset/bridge-stripe-solace-bridge\n")
        .contains("helm --namespace payments test bridge --logs\n");
    assertThat(Chart.ofShape("gateway").notes())
        .contains("https://hooks.example.com/hooks/stripe\n")
        .contains("   redis-client (keys tls.crt and tls.key)\n");
    assertThat(Chart.ofShape("topology").notes())
        .contains("none yet: nothing exposes /webhooks/stripe")
        .contains("   charge.succeeded\n")
        .doesNotContain("payment_intent")
        .contains("   charge-consumer (key password)\n");
    assertThat(Chart.ofShape("trial").notes()).contains("none: this release makes all of them");
    assertThat(Chart.ofShape("trial").notes()).contains("set prometheusRule.enabled and");
    assertThat(Chart.ofShape("monitoring").notes())
        .contains("   PrometheusRule bridge-stripe-solace-bridge has them;")
        .doesNotContain("serviceMonitor.enabled");
    assertThat(Chart.ofShape("monitoring").with("serviceMonitor.enabled", false).notes())
        .contains("   But serviceMonitor.enabled is false:");
    assertThat(Chart.withImage().with("initJob.enabled", false).notes())
        .contains("./stripebridge provision\n");
  }

  /// Helm reads `--set image.tag=1` as a number, which the schema refuses.
  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/helm.md"})
  void showsACommandThatHelmAccepts(String page) throws IOException {
    String text = Files.readString(Project.root().resolve(page));
    Matcher command =
        Pattern.compile("(?m)^helm upgrade --install (\\S+) \\S+ \\\\\n((?:.*\\\\\n)*.*)$")
            .matcher(text);
    assertThat(command.find()).isTrue();
    TemplateCommand template =
        new Helm(Chart.FOLDER).template().withName(command.group(1)).withKubeVersion("1.33.0");
    Matcher value = Pattern.compile("--set ([^ =]+)=(\\S+)").matcher(command.group(2));
    while (value.find()) {
      template = template.set(value.group(1), value.group(2).replace("$IMAGE", "r/stripebridge"));
    }

    assertThat(template.call()).contains("kind: StatefulSet");
  }

  private static Stream<String> risks(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map((MatchResult it) -> it.group(1));
  }
}
