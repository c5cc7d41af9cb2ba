package stripebridge.acceptance.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import stripebridge.acceptance.Project;
import stripebridge.acceptance.deploy.manifest.Manifests;
import stripebridge.acceptance.deploy.monitoring.MonitoringFiles;

/// What the chart renders, for each file of values in its `ci` folder.
class ChartTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  static List<String> shapes() {
    return Chart.shapes();
  }

  @Test
  void isOfThisVersion() throws IOException {
    String pom = Files.readString(Project.root().resolve("pom.xml"));
    Matcher version = Pattern.compile("\n  <version>(.*)</version>").matcher(pom);

    assertThat(version.find()).isTrue();
    assertThat(YAML.readTree(Chart.FOLDER.resolve("Chart.yaml").toFile()).path("appVersion"))
        .hasToString("\"" + version.group(1) + "\"");
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void passesHelmsLint(String shape) {
    assertThat(Chart.ofShape(shape).lint()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void rendersWhatKubernetesAccepts(String shape) throws IOException {
    String manifests = Chart.ofShape(shape).render();

    assertThat(Manifests.parse(manifests)).flatMap(Manifests::unknownFields).isEmpty();
    assertThat(documents(manifests)).flatMap(KubernetesSchemas::problems).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void keepsTheRules(String shape) {
    assertThat(ChartRules.violations(Chart.ofShape(shape).objects())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void rendersWhatWasReviewed(String shape) {
    Golden.compare(
        "acceptance/src/test/resources/stripebridge/acceptance/deploy/chart/" + shape + ".yaml",
        abridged(Chart.ofShape(shape).render()));
  }

  /// Without the long files that are shipped as they are, and reviewed elsewhere.
  private static String abridged(String manifests) {
    String text = manifests;
    for (String file : MonitoringFiles.SHIPPED) {
      for (String indent : List.of("  ", "    ")) {
        text =
            text.replace(
                MonitoringFiles.text(file).strip().indent(indent.length()),
                indent + "# deploy/monitoring/" + file + "\n");
      }
    }
    return text;
  }

  /// Helm reads no files outside of the chart.
  @ParameterizedTest
  @FieldSource("stripebridge.acceptance.deploy.monitoring.MonitoringFiles#SHIPPED")
  void hasCopiesOfTheMonitoringFiles(String file) {
    Golden.compare(
        "helm/stripe-solace-bridge/files/monitoring/" + file, MonitoringFiles.text(file));
  }

  @Test
  void namesTheRunbooksByTheirUrl() {
    Chart chart =
        Chart.ofShape("monitoring").with("prometheusRule.runbookUrl", "https://git.example/docs/");
    List<String> found =
        chart.objects().stream()
            .filter(PrometheusRule.class::isInstance)
            .flatMap(rule -> ((PrometheusRule) rule).getSpec().getGroups().stream())
            .flatMap(group -> group.getRules().stream())
            .filter(rule -> rule.getAlert() != null)
            .map(rule -> rule.getAlert() + " " + rule.getAnnotations().get("runbook_url"))
            .toList();
    assertThat(found)
        .hasSizeGreaterThan(15)
        .allMatch(line -> {
          String alert = line.substring(0, line.indexOf(' '));
          return line.equals(
              alert + " https://git.example/docs/operating.md#" + alert.toLowerCase(Locale.ROOT));
        });
    assertThat(chart.render()).doesNotContain("runbook: ");
  }

  /// What `kubectl apply -f` takes, for clusters without Helm.
  @ParameterizedTest
  @CsvSource({"default, one-bridge", "replicas, three-replicas"})
  void makesThePlainManifests(String shape, String file) {
    String manifests =
        Chart.ofShape(shape).ofRelease("stripe-solace-bridge", "default").manifests();

    Golden.compare(
        "deploy/kubernetes/" + file + ".yaml",
        "# Rendered from helm/stripe-solace-bridge by 'make golden'; docs/helm.md says how to use"
            + " it.\n"
            + manifests.replaceAll("(?m)^# Source: .*\n", ""));
  }

  @Test
  void listsTheEventsOfTheShippedTopology() throws IOException {
    JsonNode topology = YAML.readTree(Project.root().resolve("topology.yaml").toFile());
    List<String> routes = new ArrayList<>();
    topology.path("routes").fieldNames().forEachRemaining(routes::add);

    Golden.compare(
        "helm/stripe-solace-bridge/files/shipped-events.txt", String.join("\n", routes) + "\n");
  }

  /// Two releases in one namespace have no name in common, and select no pod of each other's.
  @Test
  void keepsReleasesApart() {
    Chart chart = Chart.ofShape("gateway");
    String name = "a-release-whose-name-is-so-long-that-it-is-cut";
    Rendered one = new Rendered(chart.ofRelease(name + "-1", "payments").objects());
    Rendered other = new Rendered(chart.ofRelease(name + "-2", "payments").objects());

    Set<String> names = names(one);
    names.retainAll(names(other));
    assertThat(names).isEmpty();
    for (Map<String, String> labels : one.selectors().values()) {
      assertThat(other.selected(labels)).isEmpty();
    }
    assertThat(ChartRules.violations(one.objects())).isEmpty();
  }

  private static Set<String> names(Rendered rendered) {
    return rendered.objects().stream()
        .map(object -> object.getKind() + "/" + object.getMetadata().getName())
        .collect(Collectors.toCollection(HashSet::new));
  }

  /// A Job cannot be changed: an upgrade needs another name, and so does Argo CD, for which each
  /// revision is the first.
  @Test
  void namesTheJobByItsRevisionAndContent() {
    Chart chart = Chart.withImage();
    String first = name(chart, "Job");

    assertThat(first).matches("bridge-stripe-solace-bridge-provision-1-[0-9a-f]{8}");
    assertThat(name(chart.atRevision(2), "Job"))
        .isEqualTo(first.replace("-provision-1-", "-provision-2-"));
    assertThat(
            List.of(
                name(chart.with("image.tag", "2"), "Job"),
                name(chart.with("topology", "version: 1\n"), "Job"),
                name(chart.with("config.semp.host", "http://other"), "Job"),
                name(chart.with("initJob.backoffLimit", 1), "Job")))
        .doesNotHaveDuplicates()
        .doesNotContain(first);
  }

  /// Pods of an older revision keep the topology that they started with.
  @Test
  void namesTheTopologyByItsContent() {
    Chart chart = Chart.withImage().with("topology", "version: 1\n");
    String name = topology(chart);

    assertThat(topology(chart.atRevision(2).with("image.tag", "2"))).isEqualTo(name);
    assertThat(topology(chart.with("topology", "version: 1\nroutes: {}\n"))).isNotEqualTo(name);
  }

  private static String topology(Chart chart) {
    return chart.objects().stream()
        .map(object -> object.getMetadata().getName())
        .filter(name -> name.contains("-topology-"))
        .collect(Collectors.joining());
  }

  private static String name(Chart chart, String kind) {
    return chart.objects().stream()
        .filter(object -> object.getKind().equals(kind))
        .map(object -> object.getMetadata().getName())
        .collect(Collectors.joining());
  }

  /// New settings need new pods; a new secret must not end any.
  @Test
  void restartsPodsForSettingsOnly() {
    Chart chart = Chart.ofShape("trial");
    JsonNode template = template(chart);

    assertThat(template(chart.with("plainSecrets.webhookSecret", "whsec_new"))).isEqualTo(template);
    assertThat(template(chart.atRevision(2))).isEqualTo(template);
    assertThat(template(chart.with("config.settings.LOG_LEVEL", "debug"))).isNotEqualTo(template);
    assertThat(template(chart.with("config.solace.vpn", "other"))).isNotEqualTo(template);
  }

  private static JsonNode template(Chart chart) {
    try {
      return documents(chart.render()).stream()
          .filter(document -> document.path("kind").asText().equals("StatefulSet"))
          .findFirst()
          .orElseThrow()
          .at("/spec/template");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What no schema can say.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          image: {repository: ""} | Build and push your own, `docker build
          plainSecrets: {sempPassword: x} | plainSecrets.sempPassword is set: everybod
          externalSecrets: {enabled: true} | externalSecrets.storeName is empty: name
          httpRoute: {enabled: true} | httpRoute.parentRefs is empty: name the G
          topology: "a: b: c" | topology is not YAML: error converting YAM
          autoscaling: {enabled: true, minReplicas: 4} | minReplicas is 4, and so above autoscalin
          """)
  void refusesWithASentence(String values, String sentence) {
    Chart chart =
        Chart.withImage().with("config.redis.enabled", true).withValues("{" + values + "}");

    assertThatThrownBy(chart::render).hasMessageContaining(sentence);
  }

  @Test
  void refusesSeveralReplicasWithoutRedisEvenWhereTheSchemaIsSkipped() {
    Chart chart = Chart.withImage().withoutSchema();

    assertThatThrownBy(chart.with("replicaCount", 2)::render)
        .hasMessageContaining("replicaCount is 2, but an inbox on a volume has one owner");
    assertThatThrownBy(chart.with("autoscaling.enabled", true)::render)
        .hasMessageContaining(
            "autoscaling.enabled is true, but an inbox on a volume has one owner");
  }

  static List<JsonNode> documents(String yaml) throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    for (JsonNode document : YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml).readAll()) {
      if (document.isObject()) {
        documents.add(document);
      }
    }
    return documents;
  }
}
