package stripebridge.core.normalization;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventReader;
import stripebridge.core.event.EventReading;
import stripebridge.core.event.EventType;
import stripebridge.core.event.StripeEvent;
import stripebridge.core.json.Json;
import stripebridge.core.testing.EnvelopeSchema;
import stripebridge.core.testing.EventFixture;
import stripebridge.core.testing.JsonTree;
import stripebridge.core.testing.Mutations;
import stripebridge.core.testing.RandomEvents;
import stripebridge.core.testing.Seed;
import stripebridge.core.testing.StrictJson;

/// Checks damaged bodies against an independent strict parser.
class EventFuzzTest {
  private int normalized;
  private int unreadable;
  private int unidentified;

  @Test
  void publishesWhatIsStrictlyReadableAndNothingElse() {
    RandomGenerator random = Seed.random("EventFuzzTest");
    Mutations mutations = new Mutations(random);
    RandomEvents events = new RandomEvents(random);
    List<byte[]> bodies = new ArrayList<>();
    EventFixture.all().forEach(fixture -> bodies.add(fixture.body()));
    int rounds = Seed.rounds(5_000);
    for (int i = 0; i < rounds; i++) {
      byte[] whole = random.nextBoolean() ? events.body() : mutations.anyOf(bodies);
      byte[] body = mutations.mutate(whole);
      try {
        check(body);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("case " + i + ": " + new String(body, ISO_8859_1), e);
      }
    }
    // The mutations must leave some bodies readable and damage others.
    assertThat(List.of(normalized, unreadable, unidentified))
        .allSatisfy(count -> assertThat(count).isGreaterThanOrEqualTo(rounds / 50));
  }

  private void check(byte[] body) {
    byte[] document = Json.withoutByteOrderMark(body);
    Optional<StrictJson.Node> strict =
        StrictJson.parse(document, 200).filter(StrictJson.Node::isObject);
    switch (EventReader.read(body)) {
      case EventReading.Unidentified _ -> {
        unidentified++;
        assertThat(strict.filter(EventFuzzTest::isIdentified)).isEmpty();
      }
      case EventReading.Identified(StripeEvent event) -> {
        switch (Normalizer.normalize(event, body, Envelopes.RECEIPT)) {
          case Normalization.Unreadable _ -> {
            unreadable++;
            assertThat(strict.flatMap(EventFuzzTest::raw)).isEmpty();
          }
          case Normalization.Normalized(Envelope envelope) -> {
            normalized++;
            StrictJson.Node root = strict.orElseThrow();
            assertThat(isIdentified(root)).isTrue();
            assertThat(root.member("id").orElseThrow().text()).isEqualTo(event.id().text());
            assertThat(root.member("type").orElseThrow().text()).isEqualTo(event.type().text());
            checkEnvelope(envelope, raw(root).orElseThrow().slice(document));
          }
        }
      }
    }
  }

  private static void checkEnvelope(Envelope envelope, byte[] raw) {
    byte[] json = envelope.toJson();
    assertThat(envelope.raw().bytes()).isEqualTo(raw);
    // A thin event is nested one level deeper.
    StrictJson.Node root = StrictJson.parse(json, 201).orElseThrow();
    assertThat(root.member("raw").orElseThrow().slice(json)).isEqualTo(raw);
    if (holdsAnEndlessExponent(root, json) || hasHalfAPairInAName(root)) {
      return;
    }
    assertThat(EnvelopeSchema.problems(json)).isEmpty();
    JsonNode tree = JsonTree.parse(json);
    if (!"v2.core.event".equals(tree.at("/raw/object").textValue())) {
      assertThat(tree.required("data"))
          .isEqualTo(FamilyOracle.data(envelope.eventType().text(), tree.required("raw")));
    }
  }

  /// Whether there is a well-formed number that Jackson's tree cannot hold.
  private static boolean holdsAnEndlessExponent(StrictJson.Node node, byte[] json) {
    return (node.first() == '0'
            && new String(node.slice(json), ISO_8859_1).matches(".*[eE][+-]?[0-9]{9,}"))
        || node.members().values().stream().anyMatch(member -> holdsAnEndlessExponent(member, json))
        || node.elements().stream().anyMatch(element -> holdsAnEndlessExponent(element, json));
  }

  /// Whether there is a well-formed name that Jackson's tree refuses.
  private static boolean hasHalfAPairInAName(StrictJson.Node node) {
    return node.members().keySet().stream().anyMatch(name -> !UTF_8.newEncoder().canEncode(name))
        || node.members().values().stream().anyMatch(EventFuzzTest::hasHalfAPairInAName)
        || node.elements().stream().anyMatch(EventFuzzTest::hasHalfAPairInAName);
  }

  private static boolean isIdentified(StrictJson.Node event) {
    return event
            .member("id")
            .flatMap(StrictJson.Node::someText)
            .filter(EventId::isLegal)
            .isPresent()
        && event
            .member("type")
            .flatMap(StrictJson.Node::someText)
            .filter(EventType::isLegal)
            .isPresent();
  }

  /// What must be published as `raw`: the whole thin event, or the object of a snapshot event.
  private static Optional<StrictJson.Node> raw(StrictJson.Node event) {
    Optional<String> object = event.member("object").flatMap(StrictJson.Node::someText);
    return object.filter("v2.core.event"::equals).isPresent()
        ? Optional.of(event)
        : event
            .member("data")
            .flatMap(data -> data.member("object"))
            .filter(StrictJson.Node::isObject);
  }

  @Test
  void neverThrowsAtNoise() {
    RandomGenerator random = Seed.random("EventFuzzTest");
    for (int i = Seed.rounds(2_000); i > 0; i--) {
      byte[] body = new byte[random.nextInt(64)];
      random.nextBytes(body);
      check(body);
      String start = "{\"id\":\"evt_1\",\"type\":\"a.b\"";
      check((start + new String(body, ISO_8859_1)).getBytes(UTF_8));
      check((start + new String(body, ISO_8859_1)).getBytes(ISO_8859_1));
    }
  }
}
