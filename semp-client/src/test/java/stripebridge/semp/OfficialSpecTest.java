package stripebridge.semp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Everything in our documents is in Solace's own, with the same meaning. Theirs are of SEMP 2.39:
/// what came later is marked with `x-since` and not looked for.
class OfficialSpecTest {
  private static final Path OURS = Path.of("src", "main", "openapi");
  private static final Path THEIRS = Path.of("..", "..", "shared", "data", "semp-spec");
  private static final int MINOR = 39;

  private final List<String> differences = new ArrayList<>();

  private static JsonNode ours(String api) throws IOException {
    return new YAMLMapper().readTree(OURS.resolve("semp-v2-" + api + ".yaml").toFile());
  }

  @ParameterizedTest
  @ValueSource(strings = {"config", "monitor", "action"})
  void hasAllThatOursHas(String api) throws IOException {
    Path file = THEIRS.resolve("semp-v2-swagger-" + api + ".json");
    assumeTrue(Files.exists(file), "the official specification is not here");
    JsonNode theirs = new ObjectMapper().readTree(file.toFile());

    compare(ours(api), theirs);
    assertThat(differences).isEmpty();
  }

  @Test
  void isNotWhatOneMadeUp() throws IOException {
    Path file = THEIRS.resolve("semp-v2-swagger-action.json");
    assumeTrue(Files.exists(file), "the official specification is not here");
    JsonNode theirs = new ObjectMapper().readTree(file.toFile());
    JsonNode madeUp =
        new YAMLMapper()
            .readTree(
                """
                paths:
                  /msgVpns/{msgVpnName}/queues/{queueName}/empty:
                    put: {operationId: empty}
                  /msgVpns/{msgVpnName}/queues/{queueName}/deleteMsgs:
                    put:
                      operationId: empty
                      parameters: [{$ref: "#/components/parameters/forceQuery"}]
                components:
                  parameters:
                    forceQuery: {name: force, in: query, schema: {type: boolean}}
                  schemas:
                    MsgVpnQueueStartReplay:
                      properties:
                        replayLogName: {type: integer}
                        speed: {type: string}
                """);

    compare(madeUp, theirs);
    assertThat(differences).hasSize(6);
  }

  private void compare(JsonNode ours, JsonNode theirs) {
    for (Map.Entry<String, JsonNode> path : ours.at("/paths").properties()) {
      JsonNode their = theirs.path("paths").path(path.getKey());
      for (Map.Entry<String, JsonNode> verb : path.getValue().properties()) {
        String where = verb.getKey() + " " + path.getKey();
        operation(where, verb.getValue(), their.path(verb.getKey()), ours, theirs);
      }
    }
    for (Map.Entry<String, JsonNode> schema : ours.at("/components/schemas").properties()) {
      schema(schema.getKey(), schema.getValue(), theirs.path("definitions").path(schema.getKey()));
    }
  }

  private void operation(
      String where, JsonNode our, JsonNode their, JsonNode ours, JsonNode theirs) {
    if (their.isMissingNode()) {
      differences.add(where + " is not theirs");
      return;
    }
    same(where + ": operationId", our.path("operationId"), their.path("operationId"));
    TreeSet<String> known = new TreeSet<>();
    String body = "";
    for (JsonNode parameter : their.path("parameters")) {
      JsonNode resolved = resolved(parameter, theirs);
      if (resolved.path("in").asText().equals("body")) {
        body = name(resolved.path("schema"));
      } else {
        known.add(described(resolved, resolved));
      }
    }
    for (JsonNode parameter : our.path("parameters")) {
      JsonNode resolved = resolved(parameter, ours);
      String described = described(resolved, resolved.path("schema"));
      if (!known.contains(described)) {
        differences.add(where + ": parameter " + described + " is none of " + known);
      }
    }
    String ourBody = name(our.at("/requestBody/content/application~1json/schema"));
    if (!ourBody.equals(body)) {
      differences.add(where + ": body " + ourBody + ", theirs " + body);
    }
    for (String status : List.of("200", "default")) {
      String ourAnswer =
          name(our.path("responses").path(status).at("/content/application~1json/schema"));
      String theirAnswer = name(their.path("responses").path(status).path("schema"));
      if (!ourAnswer.isEmpty() && !ourAnswer.equals(theirAnswer)) {
        differences.add(where + ": answers " + ourAnswer + ", theirs " + theirAnswer);
      }
    }
  }

  private static JsonNode resolved(JsonNode node, JsonNode document) {
    String reference = node.path("$ref").asText();
    return reference.isEmpty() ? node : document.at(reference.substring(1));
  }

  private static String described(JsonNode parameter, JsonNode type) {
    return "%s %s %s"
        .formatted(
            parameter.path("in").asText(),
            parameter.path("name").asText(),
            type.path("type").asText());
  }

  /// The name of the schema that is referred to.
  private static String name(JsonNode schema) {
    String reference = schema.path("$ref").asText();
    return reference.substring(reference.lastIndexOf('/') + 1);
  }

  private void schema(String name, JsonNode our, JsonNode their) {
    if (their.isMissingNode()) {
      differences.add("schema " + name + " is not theirs");
      return;
    }
    for (Map.Entry<String, JsonNode> property : our.path("properties").properties()) {
      String where = name + "." + property.getKey();
      JsonNode type = property.getValue();
      JsonNode theirType = their.path("properties").path(property.getKey());
      String since = type.path("x-since").asText();
      if (!since.isEmpty()) {
        if (Integer.parseInt(since.substring(since.indexOf('.') + 1)) <= MINOR) {
          differences.add(where + " is marked as of " + since + ", which they have");
        }
      } else if (theirType.isMissingNode()) {
        differences.add(where + " is not theirs");
      } else {
        same(where + ": type", type.path("type"), theirType.path("type"));
        same(where + ": format", type.path("format"), theirType.path("format"));
        same(
            where + ": items",
            type.path("items").path("type"),
            theirType.path("items").path("type"));
        if (!name(type).equals(name(theirType))) {
          differences.add(where + " is a " + name(type) + ", theirs a " + name(theirType));
        }
        for (JsonNode value : type.path("enum")) {
          if (!theirType.path("enum").toString().contains(value.toString())) {
            differences.add(where + ": value " + value + " is not theirs");
          }
        }
      }
    }
  }

  private void same(String where, JsonNode our, JsonNode their) {
    if (!our.asText().equals(their.asText())) {
      differences.add(where + " is '" + our.asText() + "', theirs '" + their.asText() + "'");
    }
  }
}
