package stripebridge.semp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Our documents contain nothing that the official ones do not.
class OfficialSubsetTest {
  private static final Path OURS = Path.of("src", "main", "openapi");
  private static final Path OFFICIAL = Path.of("..", "..", "shared", "data", "semp-spec");
  private static final String QUEUE = "/components/schemas/MsgVpnQueue/properties";

  @ParameterizedTest
  @ValueSource(strings = {"config", "monitor"})
  void holds(String api) throws IOException {
    assertThat(differences(api, ours(api))).isEmpty();
  }

  @Test
  void noticesWhatIsNotOfficial() throws IOException {
    JsonNode document = ours("config");
    object(document, QUEUE + "/owner").put("type", "integer");
    object(document, QUEUE).putObject("depth").put("type", "integer");
    ((ArrayNode) document.at(QUEUE + "/permission/enum")).add("everything");
    object(document, QUEUE + "/partitionCount").put("x-since", "2.34");
    object(document, "/components/parameters/count").put("name", "size");
    object(document, "/paths/~1about~1api").putObject("put");
    object(document, "/paths").putObject("/queues");

    assertThat(differences("config", document).stream().map(line -> line.replaceAll(".* ", "")))
        .contains("integer", "depth", "everything", "2.34", "size", "put", "/queues");
  }

  private static List<String> differences(String api, JsonNode ours) throws IOException {
    assumeTrue(Files.isDirectory(OFFICIAL), "the official documents are not beside the project");
    Path official = OFFICIAL.resolve("semp-v2-swagger-" + api + ".json");
    return new OfficialSubset(ours, new ObjectMapper().readTree(official.toFile())).differences();
  }

  private static JsonNode ours(String api) throws IOException {
    return new ObjectMapper(new YAMLFactory()).readTree(OURS.resolve(api + ".yaml").toFile());
  }

  private static ObjectNode object(JsonNode document, String pointer) {
    return (ObjectNode) document.at(pointer);
  }
}
