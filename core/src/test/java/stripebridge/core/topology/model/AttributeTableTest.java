package stripebridge.core.topology.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stripebridge.core.testing.ProjectFiles;
import stripebridge.core.topology.model.AttributeValue.Threshold.Unit;

class AttributeTableTest {
  private static final Map<ObjectKind, String> DEFINITIONS =
      Map.of(
          ObjectKind.QUEUE, "MsgVpnQueue",
          ObjectKind.CLIENT_PROFILE, "MsgVpnClientProfile",
          ObjectKind.ACL_PROFILE, "MsgVpnAclProfile",
          ObjectKind.CLIENT_USERNAME, "MsgVpnClientUsername");

  @ParameterizedTest
  @EnumSource(ObjectKind.class)
  void hasDefaultsThatItsOwnRulesAllow(ObjectKind kind) {
    for (Attribute attribute : kind.attributes().settable()) {
      assertThat(attribute).as(attribute.name()).matches(AttributeTableTest::defaultIsLegal);
      assertThat(kind.attributes().names()).containsAll(attribute.disables());
    }
  }

  @Test
  void knowsWhichAttributesInterrupt() {
    assertThat(
            ObjectKind.QUEUE.attributes().settable().stream()
                .filter(attribute -> attribute.disables().contains("egressEnabled"))
                .map(Attribute::name))
        .containsExactly(
            "accessType",
            "owner",
            "permission",
            "redeliveryDelayEnabled",
            "redeliveryDelayInitialInterval",
            "redeliveryDelayMaxInterval",
            "redeliveryDelayMultiplier",
            "respectMsgPriorityEnabled");
  }

  /// The official specification is of SEMP 2.39, so it lacks newer attributes.
  @ParameterizedTest
  @EnumSource(ObjectKind.class)
  void agreesWithTheOfficialSpecification(ObjectKind kind) throws IOException {
    Path spec =
        ProjectFiles.sharedData()
            .map(data -> data.resolve("semp-spec/semp-v2-swagger-config.json"))
            .orElse(null);
    assumeTrue(spec != null, "the official SEMP specification is not beside the project");
    JsonNode root = new ObjectMapper().readTree(spec.toFile());
    SempVersion version =
        SempVersion.parse(root.at("/info/version").asText()).orElse(SempVersion.FIRST);
    JsonNode properties = root.path("definitions").path(DEFINITIONS.get(kind)).path("properties");
    AttributeTable table = kind.attributes();

    Set<String> expected = new TreeSet<>();
    properties.fieldNames().forEachRemaining(expected::add);
    expected.removeAll(Set.of("msgVpnName", table.identity()));
    expected.removeAll(table.deprecated());
    Set<String> known = new TreeSet<>();
    for (Attribute attribute : table.settable()) {
      if (attribute.since().compareTo(version) <= 0) {
        known.add(attribute.name());
        assertThat(specified(properties.path(attribute.name())))
            .as(attribute.name())
            .isEqualTo(described(attribute));
      }
    }
    assertThat(known).isEqualTo(expected);
  }

  /// Type, words and first version from the specification, the version from its prose.
  private static Described specified(JsonNode property) {
    String prose = property.path("description").asText();
    Matcher since = Pattern.compile("Available since (2\\.[0-9]+)").matcher(prose);
    List<String> words = new ArrayList<>();
    property.path("enum").forEach(word -> words.add(word.asText()));
    String reference = property.path("$ref").asText();
    return new Described(
        reference.isEmpty()
            ? property.path("type").asText()
            : reference.substring(reference.lastIndexOf('/') + 1),
        Set.copyOf(words),
        // A threshold is described elsewhere.
        since.find() ? since.group(1) : "2.0",
        prose.contains("absent from a GET"));
  }

  private static Described described(Attribute attribute) {
    String since = attribute.since().toString();
    return switch (attribute.type()) {
      case AttributeType.Flag _ -> new Described("boolean", Set.of(), since, false);
      case AttributeType.Whole _ -> new Described("integer", Set.of(), since, false);
      case AttributeType.Text _ -> new Described("string", Set.of(), since, false);
      case AttributeType.Choice(List<String> words) ->
          new Described("string", Set.copyOf(words), since, false);
      case AttributeType.Secret _ -> new Described("string", Set.of(), since, true);
      case AttributeType.Threshold(Set<Unit> units) ->
          new Described(
              units.size() == 2 ? "EventThreshold" : "EventThresholdByPercent",
              Set.of(),
              since,
              false);
    };
  }

  private static boolean defaultIsLegal(Attribute attribute) {
    AttributeValue value = attribute.byDefault();
    return switch (attribute.type()) {
      case AttributeType.Flag _ -> value instanceof AttributeValue.Flag;
      case AttributeType.Whole(long min, long max) ->
          value == null
              || (value instanceof AttributeValue.Whole(long number)
                  && number >= min
                  && number <= max);
      case AttributeType.Text(int min, int _, String pattern) ->
          value instanceof AttributeValue.Text(String text)
              && text.length() >= min
              && Pattern.compile(pattern).matcher(text).find();
      case AttributeType.Choice(List<String> words) ->
          value instanceof AttributeValue.Text(String text) && words.contains(text);
      case AttributeType.Threshold _, AttributeType.Secret _ -> value == null;
    };
  }

  private record Described(String type, Set<String> words, String since, boolean writeOnly) {}
}
