package stripebridge.solace.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.http.Request;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Checks requests against the official documents of SEMP 2.39. Unknown attribute names are errors
/// too.
final class OfficialSpec {
  private static final Path FOLDER = Path.of("..", "..", "shared", "data", "semp-spec");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, JsonNode> DOCUMENTS = new ConcurrentHashMap<>();

  private OfficialSpec() {}

  static boolean isAtHand() {
    return Files.isDirectory(FOLDER);
  }

  /// What is wrong with a request; empty when it conforms.
  static List<String> judge(Request request) {
    return judge(request.getMethod().getName(), request.getUrl(), request.getBodyAsString());
  }

  static List<String> judge(String method, String url, String sent) {
    String where = method + " " + url;
    String[] pathAndQuery = url.split("\\?", 2);
    String[] segments = pathAndQuery[0].split("/", 5);
    JsonNode document = document(segments[3]);
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      JsonNode operation = path.getValue().path(method.toLowerCase(Locale.ROOT));
      if (!operation.isMissingNode()
          && template(path.getKey()).matcher("/" + segments[4]).matches()) {
        List<String> faults = new ArrayList<>();
        Set<String> allowed = queryNames(document, operation);
        for (String pair : pathAndQuery.length == 1 ? new String[0] : pathAndQuery[1].split("&")) {
          if (!allowed.contains(pair.replaceAll("=.*", ""))) {
            faults.add(where + ": no query parameter " + pair);
          }
        }
        body(document, operation, sent).forEach(fault -> faults.add(where + ": " + fault));
        return faults;
      }
    }
    return List.of(where + ": no such operation");
  }

  private static List<String> body(JsonNode document, JsonNode operation, String sent) {
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.path("in").asText().equals("body")) {
        ObjectNode schema = JSON.createObjectNode();
        schema.set("definitions", document.path("definitions"));
        schema.putArray("allOf").add(parameter.path("schema"));
        try {
          return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4)
              .getSchema(schema)
              .validate(JSON.readTree(sent))
              .stream()
              .map(Object::toString)
              .toList();
        } catch (IOException e) {
          return List.of("the body is not JSON");
        }
      }
    }
    return sent.isEmpty() ? List.of() : List.of("a body where none is taken");
  }

  private static Set<String> queryNames(JsonNode document, JsonNode operation) {
    Set<String> names = new HashSet<>();
    for (JsonNode each : operation.path("parameters")) {
      JsonNode parameter =
          each.has("$ref") ? document.at(each.path("$ref").asText().substring(1)) : each;
      if (parameter.path("in").asText().equals("query")) {
        names.add(parameter.path("name").asText());
      }
    }
    return names;
  }

  private static Pattern template(String path) {
    return Pattern.compile(
        path.replaceAll("\\{[^}]*},\\{[^}]*}", "[^/,]+,[^/,]+")
            .replaceAll("\\{[^}]*}", "[A-Za-z0-9._~%-]+"));
  }

  private static JsonNode document(String api) {
    return DOCUMENTS.computeIfAbsent(
        api,
        name -> {
          try {
            JsonNode document =
                JSON.readTree(FOLDER.resolve("semp-v2-swagger-" + name + ".json").toFile());
            for (JsonNode definition : document.path("definitions")) {
              if (definition instanceof ObjectNode object && object.has("properties")) {
                object.put("additionalProperties", false);
              }
            }
            return document;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
