package stripebridge.semp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Compares a document of ours (OpenAPI 3) with the official one of the same API (Swagger 2).
///
/// Ours may leave things out. What it has must be in the official one with the same name and type;
/// only an attribute with `x-since` may be missing from an official document of an older version.
final class OfficialSubset {
  private final JsonNode ours;
  private final JsonNode official;
  private final String officialVersion;
  private final List<String> differences = new ArrayList<>();

  OfficialSubset(JsonNode ours, JsonNode official) {
    this.ours = ours;
    this.official = official;
    this.officialVersion = official.at("/info/version").asText();
  }

  /// One line per difference, ending with the part that differs.
  List<String> differences() {
    check(
        ours.at("/servers/0/url").asText().equals(official.path("basePath").asText()),
        "server",
        ours.at("/servers/0/url"));
    for (Map.Entry<String, JsonNode> path : ours.path("paths").properties()) {
      JsonNode theirs = official.path("paths").path(path.getKey());
      if (theirs.isMissingNode()) {
        differences.add("no path " + path.getKey());
        continue;
      }
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        JsonNode their = theirs.path(operation.getKey());
        if (their.isMissingNode()) {
          differences.add(path.getKey() + ": no verb " + operation.getKey());
        } else {
          operation(operation.getKey() + " " + path.getKey(), operation.getValue(), their);
        }
      }
    }
    return differences;
  }

  private void operation(String where, JsonNode our, JsonNode their) {
    JsonNode id = our.path("operationId");
    check(id.equals(their.path("operationId")), where + ": operation", id);
    for (JsonNode each : our.path("parameters")) {
      parameter(where, resolve(ours, each), their);
    }
    for (JsonNode each : their.path("parameters")) {
      JsonNode parameter = resolve(official, each);
      if (parameter.path("in").asText().equals("body")) {
        schema(
            where + " body",
            our.at("/requestBody/content/application~1json/schema"),
            parameter.path("schema"));
      } else if (parameter.path("required").asBoolean()) {
        check(hasParameter(our, parameter), where + ": lacks", parameter.path("name"));
      }
    }
    for (String status : List.of("200", "default")) {
      schema(
          where + " " + status,
          resolve(ours, our.path("responses").path(status)).at("/content/application~1json/schema"),
          their.path("responses").path(status).path("schema"));
    }
  }

  private boolean hasParameter(JsonNode operation, JsonNode parameter) {
    for (JsonNode each : operation.path("parameters")) {
      if (resolve(ours, each).path("name").equals(parameter.path("name"))) {
        return true;
      }
    }
    return false;
  }

  private void parameter(String where, JsonNode our, JsonNode operation) {
    for (JsonNode each : operation.path("parameters")) {
      JsonNode their = resolve(official, each);
      if (their.path("name").equals(our.path("name")) && their.path("in").equals(our.path("in"))) {
        String name = where + " parameter " + our.path("name").asText();
        check(
            our.path("required").asBoolean() == their.path("required").asBoolean(),
            name + ": required",
            our.path("required"));
        check(
            their.path("collectionFormat").asText().equals("csv")
                == our.path("explode").asText().equals("false"),
            name + ": explode",
            our.path("explode"));
        schema(name, our.path("schema"), their);
        return;
      }
    }
    differences.add(where + ": no parameter " + our.path("name").asText());
  }

  private void schema(String where, JsonNode ourReference, JsonNode theirReference) {
    JsonNode our = resolve(ours, ourReference);
    JsonNode their = resolve(official, theirReference);
    check(our.path("type").equals(their.path("type")), where + ": type", our.path("type"));
    check(our.path("format").equals(their.path("format")), where + ": format", our.path("format"));
    for (JsonNode word : our.path("enum")) {
      check(contains(their.path("enum"), word), where + ": value", word);
    }
    for (JsonNode name : our.path("required")) {
      check(contains(their.path("required"), name), where + ": required", name);
    }
    if (our.has("items")) {
      schema(where + "[]", our.path("items"), their.path("items"));
    }
    for (Map.Entry<String, JsonNode> property : our.path("properties").properties()) {
      property(where, property.getKey(), property.getValue(), their);
    }
  }

  private void property(String where, String name, JsonNode our, JsonNode schema) {
    JsonNode their = schema.path("properties").path(name);
    String since = our.path("x-since").asText();
    if (their.isMissingNode()) {
      if (since.isEmpty() || minor(since) <= minor(officialVersion)) {
        differences.add(where + ": no property " + name);
      }
      return;
    }
    if (!since.isEmpty() && !their.path("description").asText().contains("since " + since + ".")) {
      differences.add(where + "." + name + ": not since " + since);
    }
    schema(where + "." + name, our, their);
  }

  private static int minor(String version) {
    return Integer.parseInt(version.substring(version.indexOf('.') + 1));
  }

  private static boolean contains(JsonNode array, JsonNode wanted) {
    for (JsonNode each : array) {
      if (each.equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  /// Resolves a reference, also one wrapped in `allOf` to give it a description.
  private static JsonNode resolve(JsonNode document, JsonNode node) {
    JsonNode reference = node.has("allOf") ? node.at("/allOf/0/$ref") : node.path("$ref");
    return reference.isTextual() ? document.at(reference.asText().substring(1)) : node;
  }

  private void check(boolean holds, String where, JsonNode what) {
    if (!holds) {
      differences.add(where + " " + what.asText());
    }
  }
}
