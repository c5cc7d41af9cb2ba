package stripebridge.sandbox.internal.semp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Validates requests and responses against one of the official SEMP v2 documents. An undescribed
/// or different exchange is an error. Objects are closed, so that unknown names are found too.
final class OfficialSpec {

  private static final Path FOLDER = Path.of("..", "..", "shared", "data", "semp-spec");

  private final String base;
  private final JsonNode spec;
  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4);

  /// @param name `config`, `monitor` or `action`
  OfficialSpec(String name) {
    base = "/SEMP/v2/" + name;
    try {
      spec =
          new ObjectMapper()
              .readTree(FOLDER.resolve("semp-v2-swagger-%s.json".formatted(name)).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (JsonNode definition : spec.path("definitions")) {
      if (definition instanceof ObjectNode object && object.has("properties")) {
        object.put("additionalProperties", false);
      }
    }
  }

  static boolean isAvailable() {
    return Files.isDirectory(FOLDER);
  }

  /// The operation of a request.
  Optional<JsonNode> operation(String method, String path) {
    String plain = path.replaceAll("\\?.*", "");
    for (Map.Entry<String, JsonNode> entry : spec.path("paths").properties()) {
      if (plain.startsWith(base)
          && template(entry.getKey()).matcher(plain.substring(base.length())).matches()) {
        JsonNode operation = entry.getValue().get(method.toLowerCase(Locale.ROOT));
        if (operation != null) {
          return Optional.of(operation);
        }
      }
    }
    return Optional.empty();
  }

  private static Pattern template(String path) {
    return Pattern.compile(
        path.replaceAll("\\{[^}]*},\\{[^}]*}", "[^/,]+,[^/,]+").replaceAll("\\{[^}]*}", "[^/]+"));
  }

  /// The violations of an exchange; empty when it is as described.
  List<String> violations(SempHarness.Exchange exchange) {
    Optional<JsonNode> operation = operation(exchange.method(), exchange.path());
    if (operation.isEmpty()) {
      return List.of("no such operation");
    }
    ArrayList<String> violations = new ArrayList<>();
    String status = exchange.reply().status() == 200 ? "200" : "default";
    JsonNode schema = operation.get().at("/responses/" + status + "/schema");
    check(schema, exchange.reply().body()).forEach(error -> violations.add("answer " + error));
    exchange
        .sent()
        .ifPresent(body ->
            check(bodySchema(operation.get()), body)
                .forEach(error -> violations.add("request " + error)));
    return violations;
  }

  private static JsonNode bodySchema(JsonNode operation) {
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.path("in").asText().equals("body")) {
        return parameter.path("schema");
      }
    }
    throw new IllegalStateException("the operation takes no body: " + operation);
  }

  private List<Error> check(JsonNode reference, JsonNode value) {
    ObjectNode schema = new ObjectMapper().createObjectNode();
    schema.set("definitions", spec.path("definitions"));
    schema.putArray("allOf").add(reference);
    return registry.getSchema(schema).validate(value);
  }
}
