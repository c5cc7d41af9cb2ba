package stripebridge.acceptance.deploy.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The schemas of the kinds that the chart renders: required fields, enumerations and patterns,
/// which the typed models do not know.
final class KubernetesSchemas {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectNode DEFINITIONS =
      definitions("kubernetes.schema.json").setAll(definitions("custom-resources.schema.json"));
  private static final Map<String, Schema> BY_KIND = new ConcurrentHashMap<>();

  private KubernetesSchemas() {}

  /// What an object violates, each with the object and the path. An unknown kind is a violation.
  static List<String> problems(JsonNode object) {
    String kind = object.path("kind").asText();
    String name = kind + "/" + object.at("/metadata/name").asText();
    if (!DEFINITIONS.has(kind)) {
      return List.of(name + ": no schema for this kind");
    }
    return BY_KIND.computeIfAbsent(kind, KubernetesSchemas::schema).validate(object).stream()
        .map(error -> name + ": " + error)
        .toList();
  }

  private static Schema schema(String kind) {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$ref", "#/definitions/" + kind);
    schema.set("definitions", DEFINITIONS);
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
        .getSchema(schema.toString());
  }

  private static ObjectNode definitions(String resource) {
    try (@Nullable InputStream file = KubernetesSchemas.class.getResourceAsStream(resource)) {
      if (file == null) {
        throw new IllegalStateException("no resource " + resource);
      }
      return (ObjectNode) JSON.readTree(file).path("definitions");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
