package stripebridge.core.normalization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import stripebridge.core.event.EventType;
import stripebridge.core.event.StripeEvent;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.testing.DesignRoutes;
import stripebridge.core.testing.EnvelopeSchema;
import stripebridge.core.testing.JsonTree;
import stripebridge.core.testing.ProjectFiles;

/// Properties of events that the project did not make itself.
class SampleEventsTest {
  private static final RoutingTable ROUTES = DesignRoutes.table(Unlisted.UNROUTABLE);

  private static Path folder() {
    Optional<Path> data = ProjectFiles.sharedData();
    Assumptions.assumeTrue(data.isPresent(), "no sample events lie beside the project");
    return data.orElseThrow().resolve("events");
  }

  @BeforeAll
  static void needsTheSamples() {
    folder();
  }

  static List<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static boolean isThin(Path sample) {
    return sample.getFileName().toString().contains(".thin.");
  }

  /// The samples are indented by two spaces, so the object ends at the brace with an indent of
  /// four.
  private static String object(String event) {
    int from = event.indexOf("    \"object\": {") + "    \"object\": ".length();
    return event.substring(from, event.indexOf("\n    }", from) + "\n    }".length());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void keepTheirObjectByteForByte(Path sample) throws IOException {
    String text = Files.readString(sample);
    assertThat(Envelopes.envelope(Files.readAllBytes(sample)).raw().bytes())
        .isEqualTo((isThin(sample) ? text.strip() : object(text)).getBytes(UTF_8));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void becomeEnvelopesOfTheSchema(Path sample) throws IOException {
    byte[] body = Files.readAllBytes(sample);
    byte[] json = Envelopes.envelope(body).toJson();
    assertThat(EnvelopeSchema.problems(json)).isEmpty();
    JsonNode event = JsonTree.parse(body);
    JsonNode envelope = JsonTree.parse(json);
    assertThat(envelope.required("data"))
        .isEqualTo(
            isThin(sample)
                ? JsonNodeFactory.instance.objectNode()
                : FamilyOracle.data(event.path("type").textValue(), event.at("/data/object")));
    assertThat(envelope.required("event_id")).isEqualTo(event.required("id"));
    assertThat(envelope.required("event_type")).isEqualTo(event.required("type"));
    assertThat(envelope.required("livemode")).isEqualTo(event.required("livemode"));
    assertThat(envelope.at("/previous_attributes"))
        .isEqualTo(orNull(event.at("/data/previous_attributes")));
    assertThat(envelope.at("/request_id")).isEqualTo(orNull(event.at("/request/id")));
    assertThat(envelope.at("/idempotency_key"))
        .isEqualTo(orNull(event.at("/request/idempotency_key")));
  }

  private static JsonNode orNull(JsonNode node) {
    return node.isMissingNode() ? JsonNodeFactory.instance.nullNode() : node;
  }

  @ParameterizedTest
  @MethodSource("samples")
  void goToTheTopicOfTheirType(Path sample) throws IOException {
    StripeEvent event = Envelopes.event(Files.readAllBytes(sample));
    String account = event.accountOr("acct_own");
    assertThat(ROUTES.route(event.type(), account).topic().name())
        .isEqualTo(
            "stripe/webhook/v1/"
                + DesignRoutes.TOPICS.getOrDefault(event.type().text(), "error/unroutable")
                + "/"
                + account);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void areKeptInOrderByTheirCustomer(Path sample) throws IOException {
    byte[] body = Files.readAllBytes(sample);
    JsonNode event = JsonTree.parse(body);
    String key =
        Stream.of("/data/object/customer", "/data/object/id", "/related_object/id", "/id")
            .map(event::at)
            .filter(JsonNode::isTextual)
            .map(JsonNode::textValue)
            .findFirst()
            .orElseThrow();
    assertThat(Envelopes.event(body).partitionKey()).isEqualTo(key);
  }

  @Test
  void includeAnInvoiceWithoutIdAndAThinEvent() throws IOException {
    StripeEvent upcoming =
        Envelopes.event(Files.readAllBytes(folder().resolve("invoice.upcoming.json")));
    assertThat(upcoming.partitionKey()).startsWith("cus_");
    StripeEvent thin =
        Envelopes.event(Files.readAllBytes(folder().resolve("v2.core.event.thin.json")));
    assertThat(thin.thin()).isTrue();
    assertThat(thin.partitionKey()).startsWith("mtr_");
  }

  @Test
  void haveTypesThatEachGetATopicOfTheirOwn() throws IOException {
    List<String> types = new ArrayList<>();
    for (String line : Files.readAllLines(folder().resolve("types.txt"))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        types.add(line.strip());
      }
    }
    RoutingTable byType = new RoutingTable(List.of(), Unlisted.BY_TYPE);
    assertThat(types.stream().map(type -> byType.route(new EventType(type), "acct_1").topic()))
        .hasSize(289)
        .doesNotHaveDuplicates()
        .noneMatch(topic -> topic.withoutAccount().equals("stripe/webhook/v1/error/unroutable"));
  }
}
