package stripebridge.acceptance.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import stripebridge.acceptance.deploy.chart.Effects.Effect;

/// Every value of `values.yaml` has an effect, and no other than that.
class ValueEffectsTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /// Many values have the same base.
  private static final Map<Chart, Map<String, String>> FIELDS = new ConcurrentHashMap<>();

  static List<Effect> effects() {
    return Effects.all();
  }

  @ParameterizedTest
  @MethodSource("effects")
  void changesItsFieldsAndNoOthers(Effect effect) {
    Chart chart = Chart.withImage().withoutSchema();
    for (Map.Entry<String, String> value : effect.base().entrySet()) {
      chart = chart.with(value.getKey(), yaml(value.getValue()));
    }
    Chart other = chart.with(effect.path(), yaml(effect.value()));
    if (effect.fields().equals(List.of(Effects.REFUSED))) {
      assertThatThrownBy(chart::render).hasMessageContaining(effect.path());
      assertThat(other.objects()).isNotEmpty();
      return;
    }
    Set<String> changed = changes(chart, other);

    assertThat(changed)
        .as("%s changes more", effect)
        .allMatch(field -> effect.fields().stream().anyMatch(named -> matches(named, field)));
    assertThat(effect.fields())
        .as("%s changes less: %s", effect, changed)
        .allMatch(named -> changed.stream().anyMatch(field -> matches(named, field)));
  }

  private static boolean matches(String named, String field) {
    String pattern = "\\Q" + named.replace("*", "\\E.*\\Q") + "\\E";
    return Pattern.matches(pattern, field);
  }

  @Test
  void knowsEveryValue() {
    assertThat(effects())
        .extracting(Effect::path)
        .containsExactlyElementsOf(
            ChartValues.read().entries().stream().map(ChartValues.Entry::path).toList());
    assertThat(effects()).allMatch(effect -> !effect.fields().isEmpty());
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
    return FIELDS.computeIfAbsent(chart, ValueEffectsTest::read);
  }

  private static Map<String, String> read(Chart chart) {
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
        JsonNode item = node.path(index);
        String name = item.path("name").asText(String.valueOf(index));
        collect(object, path + "[" + name + "]", item, fields);
      }
    } else {
      fields.put(
          object + path,
          node.asText().replaceAll("-provision-1-[0-9a-f]{8}|-topology-[0-9a-f]{8}", "-#"));
    }
  }

  private static @Nullable Object yaml(String text) {
    try {
      return YAML.readValue(text, Object.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
