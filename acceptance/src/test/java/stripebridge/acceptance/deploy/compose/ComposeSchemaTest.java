package stripebridge.acceptance.deploy.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;
import stripebridge.acceptance.Project;

/// Holds `compose.yaml` against the schema of the Compose specification.
class ComposeSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Schema SCHEMA = schema();

  private static Schema schema() {
    try (InputStream file =
        Objects.requireNonNull(
            ComposeSchemaTest.class.getResourceAsStream("/compose-spec/compose-spec.json"))) {
      ObjectNode schema = (ObjectNode) JSON.readTree(file);
      // The schema names its dialect in a form that no validator knows, and itself without a place.
      schema.put("$schema", "http://json-schema.org/draft-07/schema#");
      schema.remove("$id");
      // The dialect does not have this keyword, and the validator would log that it ignores it.
      schema.findParents("deprecated").forEach(part -> ((ObjectNode) part).remove("deprecated"));
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
          .getSchema(schema.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> problems(Map<String, Object> document) {
    try {
      return SCHEMA.validate(JSON.writeValueAsString(document), InputFormat.JSON).stream()
          .map(Object::toString)
          .toList();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void acceptsTheFile() {
    assertThat(problems(ComposeFile.read(Project.root()).document())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          shmsize          | 1g
          ports            | 8080
          restart          | [always]
          healthcheck      | { tests: [CMD, x] }
          depends_on       | { redis: { condition: healthy } }
          stop_grace_period| { seconds: 45 }
          pull_policy      | sometimes
          """)
  void findsAFault(String key, String value) {
    Map<String, Object> document = ComposeFile.read(Project.root()).document();
    Node.of("", document).child("services").child("bridge").map().put(key, new Yaml().load(value));
    assertThat(problems(document))
        .isNotEmpty()
        .allSatisfy(problem -> assertThat(problem).contains("/services/bridge"));
  }
}
