package stripebridge.acceptance.deploy.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
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
      // The schema names its dialect in a form that no validator knows, and itself without a place.
      String text =
          new String(file.readAllBytes(), UTF_8)
              .replace(
                  "https://json-schema.org/draft-07/schema",
                  "http://json-schema.org/draft-07/schema#")
              .replace("\"compose_spec.json\"", "\"https://compose-spec.io/schema.json\"");
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(text);
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
