package stripebridge.acceptance.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every value of `values.yaml` has an effect, and no other than that.
class ValueEffectsTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /// One change of a value. What follows is compared as a set: each changed field must be named,
  /// and each named field must change. A field is `Kind suffix: path`, with the suffix of the
  /// object's name; `+Kind suffix` and `-Kind suffix` are objects that appear and disappear.
  ///
  /// @param path the value
  /// @param base the values that it needs to have an effect, as YAML
  /// @param value the new value, as YAML
  /// @param fields patterns of the changed fields
  record Effect(String path, String base, String value, List<String> fields) {
    @Override
    public String toString() {
      return path + "=" + value;
    }
  }

  private static final String REDIS = "config.redis.enabled: true";

  /// All pods: those of the workload, of the Job and of `helm test`.
  private static String pods(String path) {
    return "(StatefulSet: spec.template.|Job provision: spec.template.|Pod validate: )" + path;
  }

  private static Effect effect(String path, String value, String... fields) {
    return new Effect(path, "", value, List.of(fields));
  }

  private static Effect effectWith(String base, String path, String value, String... fields) {
    return new Effect(path, base, value, List.of(fields));
  }

  static Stream<Effect> effects() {
    return Stream.of(
        effect("nameOverride", "x", ".*"));
  }

  @ParameterizedTest
  @MethodSource("effects")
  void changesItsFieldsAndNoOthers(Effect effect) {
    Chart chart = Chart.withImage().withoutSchema();
    for (String line : effect.base().split("; ")) {
      if (!line.isEmpty()) {
        String[] parts = line.split(": ", 2);
        chart = chart.with(parts[0], yaml(parts[1]));
      }
    }
    Set<String> changed = changes(chart, chart.with(effect.path(), yaml(effect.value())));

    assertThat(changed).as(effect.toString()).isNotEmpty();
    assertThat(changed)
        .allMatch(
            field -> effect.fields().stream().anyMatch(it -> Pattern.matches(it, field)),
            "is expected");
    assertThat(effect.fields())
        .allMatch(
            it -> changed.stream().anyMatch(field -> Pattern.matches(it, field)), "is changed");
  }

  @Test
  void knowsEveryValue() {
    assertThat(effects().map(Effect::path).distinct())
        .containsExactlyElementsOf(
            ChartValues.read().entries().stream().map(ChartValues.Entry::path).toList());
  }

  /// The fields that differ between two renderings.
  static Set<String> changes(Chart one, Chart other) {
    Map<String, String> before = fields(one);
    Map<String, String> after = fields(other);
    Set<String> changed = new TreeSet<>();
    for (String field : before.keySet()) {
      if (!before.get(field).equals(after.get(field))) {
        changed.add(field);
      }
    }
    after.keySet().stream().filter(field -> !before.containsKey(field)).forEach(changed::add);
    // An object that appears or disappears is one change.
    Set<String> objects = new TreeSet<>();
    for (String field : changed) {
      String object = field.substring(0, field.indexOf(": "));
      if (!before.containsKey(object + ": kind")) {
        objects.add("+" + object);
      } else if (!after.containsKey(object + ": kind")) {
        objects.add("-" + object);
      } else {
        objects.add(field);
      }
    }
    return objects;
  }

  /// Every field with its value. Hashes are left out: they follow from other fields.
  private static Map<String, String> fields(Chart chart) {
    Map<String, String> fields = new TreeMap<>();
    try {
      List<JsonNode> documents = ChartTest.documents(chart.render());
      String name =
          documents.stream()
              .filter(document -> document.path("kind").asText().matches("StatefulSet|Deployment"))
              .map(document -> document.at("/metadata/name").asText())
              .findFirst()
              .orElseThrow();
      for (JsonNode document : documents) {
        String suffix =
            document
                .at("/metadata/name")
                .asText()
                .replaceFirst("^\\Q" + name + "\\E-?", "")
                .replaceFirst("-1-[0-9a-f]{8}$", "")
                .replaceFirst("^topology-[0-9a-f]{8}$", "topology");
        String kind = document.path("kind").asText();
        collect((kind + " " + suffix).strip() + ": ", "", document, fields);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return fields;
  }

  private static void collect(
      String object, String path, JsonNode node, Map<String, String> fields) {
    if (node.isContainerNode() && !node.isEmpty()) {
      List<String> names = new ArrayList<>();
      node.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        collect(object, path.isEmpty() ? name : path + "." + name, node.path(name), fields);
      }
      for (int index = 0; node.isArray() && index < node.size(); index++) {
        collect(object, path + "[" + index + "]", node.path(index), fields);
      }
    } else {
      fields.put(
          object + path,
          node.asText().replaceAll("-provision-1-[0-9a-f]{8}|-topology-[0-9a-f]{8}", "-#"));
    }
  }

  private static Object yaml(String text) {
    try {
      return YAML.readValue(text, Object.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
