package stripebridge.core.normalization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.core.testing.EnvelopeSchema;
import stripebridge.core.testing.EventFixture;
import stripebridge.core.testing.JsonTree;
import stripebridge.core.testing.RandomEvents;
import stripebridge.core.testing.Seed;

class EnvelopeSchemaTest {

  private static ObjectNode envelope(String fixture) {
    byte[] body = EventFixture.named(fixture).body();
    return (ObjectNode) JsonTree.parse(Envelopes.envelope(body).toJson());
  }

  private static List<String> problems(JsonNode envelope) {
    return EnvelopeSchema.problems(envelope.toString().getBytes(UTF_8));
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void isASchemaOfItsDialect() throws IOException {
    Schema dialect =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    assertThat(dialect.validate(Files.readString(EnvelopeSchema.FILE), InputFormat.JSON)).isEmpty();
  }

  @Test
  void describesEveryField() throws IOException {
    JsonNode schema = JsonTree.parse(Files.readAllBytes(EnvelopeSchema.FILE));
    List<JsonNode> fields = new ArrayList<>();
    schema.required("properties").forEach(fields::add);
    schema.required("$defs").forEach(family -> family.required("properties").forEach(fields::add));
    assertThat(fields)
        .hasSizeGreaterThan(60)
        .allSatisfy(field -> assertThat(field.path("description").asText()).isNotBlank());
  }

  @Test
  void listsTheFieldsThatAreWritten() throws IOException {
    JsonNode schema = JsonTree.parse(Files.readAllBytes(EnvelopeSchema.FILE));
    assertThat(names(schema.required("properties"))).isEqualTo(names(envelope("customer.created")));
    for (String family : names(schema.required("$defs"))) {
      String object = family.equals("checkout_session") ? "checkout.session" : family;
      ObjectNode all = (ObjectNode) JsonTree.parse("{\"parent\":{}}".getBytes(UTF_8));
      all.put("object", object);
      JsonNode fields = schema.required("$defs").required(family).required("properties");
      names(fields).forEach(all::putNull);
      byte[] event =
          ("{\"id\":\"evt_1\",\"type\":\"a.b\",\"data\":{\"object\":" + all + "}}").getBytes(UTF_8);
      assertThat(Envelopes.envelope(event).data().keySet())
          .as(family)
          .containsExactlyElementsOf(names(fields));
    }
  }

  @Test
  void acceptsEveryNormalizedEvent() {
    RandomGenerator random = Seed.random("EnvelopeSchemaTest");
    RandomEvents events = new RandomEvents(random);
    int normalized = 0;
    int rounds = Seed.rounds(1_000);
    for (int i = 0; i < rounds; i++) {
      byte[] body = events.body();
      if (Envelopes.normalize(body) instanceof Normalization.Normalized(Envelope envelope)) {
        normalized++;
        assertThat(EnvelopeSchema.problems(envelope.toJson()))
            .as("envelope of %s", new String(body, UTF_8))
            .isEmpty();
      }
    }
    assertThat(normalized).isGreaterThanOrEqualTo(rounds / 10);
  }

  @Test
  void refusesAnEnvelopeWithoutAnyOneOfItsFields() {
    for (String name : names(envelope("charge.failed"))) {
      ObjectNode broken = envelope("charge.failed");
      broken.remove(name);
      assertThat(problems(broken)).as("without %s", name).isNotEmpty();
    }
  }

  @Test
  void refusesAFieldOfAnotherTypeAtEveryPlace() {
    ObjectNode whole = envelope("customer.subscription.updated");
    for (String name : names(whole)) {
      ObjectNode broken = whole.deepCopy();
      broken.putArray(name);
      assertThat(problems(broken)).as("%s an array", name).isNotEmpty();
    }
    for (String fixture : List.of("customer.subscription.updated", "charge.dispute.created")) {
      for (String name : names(envelope(fixture).required("data"))) {
        ObjectNode broken = envelope(fixture);
        broken.withObject("/data").putArray(name);
        assertThat(problems(broken)).as("data.%s an array", name).isNotEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "event_id, 'evt 1'",
    "event_id, ''",
    "event_type, 'a\tb'",
    "account_id, ''",
    "created_at, yesterday",
    "created_at, '2026-08-03T09:15:00+02:00'",
    "bridge_received_at, '2026-13-03T09:15:00Z'",
    "trace_id, 7c9e6679",
    "bridge_version, ''"
  })
  void refusesATextOfTheWrongForm(String name, String text) {
    ObjectNode broken = envelope("customer.created");
    assertThat(problems(broken)).isEmpty();
    broken.put(name, text);
    assertThat(problems(broken)).isNotEmpty();
  }

  @Test
  void refusesAnExtraField() {
    ObjectNode broken = envelope("payout.failed");
    broken.put("extra", 1);
    assertThat(problems(broken)).isNotEmpty();
  }

  @Test
  void refusesAFieldOfAnotherFamily() {
    ObjectNode broken = envelope("payout.failed");
    broken.withObject("/data").put("risk_score", 1);
    assertThat(problems(broken)).isNotEmpty();
  }

  @Test
  void refusesAnAmountThatIsNoWholeNumber() {
    ObjectNode broken = envelope("payout.failed");
    broken.withObject("/data").put("amount", 23.39);
    assertThat(problems(broken)).isNotEmpty();
  }

  @Test
  void refusesFieldsOfAnObjectThatIsNotNormalized() {
    ObjectNode broken = envelope("thin.account-updated");
    broken.withObject("/data").put("id", "acct_1");
    assertThat(problems(broken)).isNotEmpty();
    ObjectNode renamed = envelope("payout.failed");
    renamed.withObject("/raw").put("object", "price");
    assertThat(problems(renamed)).isNotEmpty();
  }
}
