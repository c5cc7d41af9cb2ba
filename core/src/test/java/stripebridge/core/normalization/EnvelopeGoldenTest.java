package stripebridge.core.normalization;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import stripebridge.core.testing.EnvelopeSchema;
import stripebridge.core.testing.EventFixture;
import stripebridge.core.testing.JsonTree;

class EnvelopeGoldenTest {
  private static final boolean UPDATE = Boolean.getBoolean("golden.update");

  static List<EventFixture> fixtures() {
    return EventFixture.all();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void isWrittenAsBefore(EventFixture fixture) throws IOException {
    byte[] envelope = Envelopes.envelope(fixture.body()).toJson();
    if (UPDATE) {
      Files.write(fixture.envelope(), envelope);
    }
    assertThat(fixture.envelope()).as("missing: run with -Dgolden.update=true").isRegularFile();
    // In Latin-1 every byte is one character, so a failure shows where the texts differ.
    assertThat(new String(envelope, StandardCharsets.ISO_8859_1))
        .as("rewritten by -Dgolden.update=true, then reviewed as a diff")
        .isEqualTo(Files.readString(fixture.envelope(), StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void hasTheValuesThatATreeReaderFinds(EventFixture fixture) {
    byte[] json = Envelopes.envelope(fixture.body()).toJson();
    assertThat(EnvelopeSchema.problems(json)).isEmpty();
    JsonNode event = JsonTree.parse(fixture.body());
    boolean thin = event.path("object").textValue().equals("v2.core.event");
    JsonNode object = thin ? event : event.at("/data/object");
    JsonNode envelope = JsonTree.parse(json);
    assertThat(envelope.path("raw")).isEqualTo(object);
    assertThat(envelope.path("data"))
        .isEqualTo(
            thin
                ? JsonTree.parse("{}".getBytes(StandardCharsets.UTF_8))
                : FamilyOracle.data(event.path("type").textValue(), object));
  }

  @ParameterizedTest
  @CsvSource({
    "customer.subscription.updated, customer.subscription.updated.2020-08-27",
    "invoice.payment_succeeded, invoice.payment_succeeded.2020-08-27",
    "invoice.payment_failed, invoice.payment_failed.2024-06-20",
    "charge.succeeded, charge.succeeded.2020-08-27",
    "charge.failed, charge.failed.2024-06-20",
    "checkout.session.completed, checkout.session.completed.2024-06-20",
    "payment_intent.succeeded, payment_intent.succeeded.2020-08-27",
    "payment_intent.succeeded, payment_intent.succeeded.expanded",
    "payout.failed, payout.failed.connected-account"
  })
  void saysTheSameOfOneObjectInEveryForm(String current, String other) {
    assertThat(plainFields(other)).isEqualTo(plainFields(current));
  }

  /// `data` without the objects that are passed on unchanged, which differ between API versions.
  private static ObjectNode plainFields(String fixture) {
    byte[] body = EventFixture.named(fixture).body();
    ObjectNode data =
        (ObjectNode) JsonTree.parse(Envelopes.envelope(body).toJson()).required("data");
    data.remove(List.of("plan", "items", "lines", "outcome", "last_payment_error"));
    assertThat(data.size()).as("fields of %s", fixture).isGreaterThan(5);
    assertThat(data.required("id").isTextual()).isTrue();
    return data;
  }

  @Test
  void belongsToAnEvent() throws IOException {
    Path folder = EventFixture.all().getFirst().file().getParent();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(file -> file.toString().endsWith(".envelope.json")))
          .containsExactlyInAnyOrderElementsOf(
              EventFixture.all().stream().map(EventFixture::envelope).toList());
    }
  }
}
