package stripebridge.cli.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.broker.Destination;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.MessageContent.Extras;
import stripebridge.core.broker.Payload;
import stripebridge.core.broker.QueueMessage;

class MessageJsonTest {
  private static byte[] written(QueueMessage message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator to = new JsonFactory().createGenerator(out)) {
      to.writeStartObject();
      MessageJson.writeFields(message, to);
      to.writeEndObject();
    }
    return out.toByteArray();
  }

  private static QueueMessage message(Destination destination, Payload payload) {
    return message(destination, Extras.NONE, payload);
  }

  private static QueueMessage message(Destination destination, Extras extras, Payload payload) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("text", "é\n\u0000");
    properties.put("long", Long.MIN_VALUE);
    properties.put("integer", 8);
    properties.put("short", (short) 9);
    properties.put("byte", (byte) -1);
    properties.put("float", Float.POSITIVE_INFINITY);
    properties.put("double", 2.5);
    properties.put("character", 'c');
    properties.put("switch", true);
    properties.put("bytes", new byte[] {1, -1});
    properties.put("nothing", Optional.empty());
    properties.put("topic", Destination.topic("a/b"));
    properties.put("queue", Destination.queue("q"));
    properties.put("map", Map.of("a", Map.of("b", 1L)));
    properties.put("stream", List.of("x", 5L, List.of()));
    return new QueueMessage(
        "rmid1:1",
        true,
        OptionalInt.of(3),
        new MessageContent(
            destination,
            "evt_1",
            "corr",
            "kind",
            "application/json",
            "identity",
            "sender",
            1_790_000_000_000L,
            7L,
            Destination.queue("answers"),
            4,
            Duration.ofMinutes(5),
            true,
            properties,
            extras,
            payload));
  }

  @Test
  void readsBackTheSameMessage() throws Exception {
    for (Payload payload :
        List.of(
            Payload.bytes("{\"é\":\"\u0000\"}".getBytes(UTF_8)),
            Payload.bytes(new byte[] {0, -1, 65}),
            Payload.bytes(new byte[0]),
            new Payload(Payload.Kind.XML, new byte[] {-1}, "<a/>".getBytes(UTF_8), null),
            new Payload(Payload.Kind.MAP, new byte[] {43, -2}, new byte[0], null))) {
      for (Destination destination : List.of(Destination.topic("t/1"), Destination.queue("q"))) {
        QueueMessage message = message(destination, payload);
        assertThat(MessageJsonReader.read(written(message)))
            .usingRecursiveComparison()
            .isEqualTo(message);
      }
    }
  }

  @Test
  void keepsEveryCharacterOfAPayload() throws Exception {
    String all =
        IntStream.rangeClosed(0, 0x2fff).mapToObj(Character::toString).collect(joining()) + "😀";
    // Only escapes: the most that a text of this length becomes.
    for (String text : List.of(all, "\u0001".repeat(20_000))) {
      Payload payload = Payload.bytes(text.getBytes(UTF_8));
      byte[] line = written(message(Destination.topic("t"), payload));
      assertThat(line).asString(UTF_8).contains("\\u0001").doesNotContain("\n");
      assertThat(MessageJsonReader.read(line).content().payload().attachment())
          .isEqualTo(payload.attachment());
    }
  }

  @Test
  void distinguishesMissingFromEmpty() throws Exception {
    for (Payload.Kind kind : Payload.Kind.values()) {
      for (byte[] attachment : new byte[][] {null, {}, "a".getBytes(UTF_8)}) {
        QueueMessage message =
            message(Destination.topic("t"), new Payload(kind, attachment, new byte[0], null));
        assertThat(MessageJsonReader.read(written(message)))
            .usingRecursiveComparison()
            .isEqualTo(message);
      }
    }
  }

  @Test
  void keepsAllPropertiesOfOtherPublishers() throws Exception {
    for (byte[] data : new byte[][] {null, {}, {9, -8}, "text".getBytes(UTF_8)}) {
      for (Extras.Format format :
          new Extras.Format[] {
            null, new Extras.Format(2, false), new Extras.Format(-1, true),
          }) {
        for (boolean is : new boolean[] {true, false}) {
          Extras extras = new Extras(data, is ? 3 : 1, is, is, is, is ? 1 : 0, !is, format);
          QueueMessage message =
              message(Destination.topic("t"), extras, Payload.bytes(new byte[] {1}));
          assertThat(MessageJsonReader.read(written(message)))
              .usingRecursiveComparison()
              .isEqualTo(message);
        }
      }
    }
  }

  @Test
  void omitsMissingProperties() throws Exception {
    QueueMessage bare =
        new QueueMessage(
            null,
            false,
            OptionalInt.empty(),
            new MessageContent(
                Destination.topic("t"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                -1,
                Duration.ZERO,
                false,
                Map.of(),
                Extras.NONE,
                Payload.bytes("{}".getBytes(UTF_8))));
    assertThat(new String(written(bare), UTF_8))
        .isEqualTo(
            "{\"topic\":\"t\",\"redelivered\":false,\"ttl_ms\":0,\"dmq_eligible\":false,"
                + "\"user_properties\":{},\"payload_kind\":\"bytes\",\"payload\":\"{}\"}");
    assertThat(MessageJsonReader.read(written(bare))).usingRecursiveComparison().isEqualTo(bare);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}{}",
        "{}",
        "{\"topic\":\"t\"}",
        "{\"topic\":\"t\",\"payload_kind\":\"poem\"}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"payload_base64\":\"%\"}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"user_properties\":{\"a\":7}}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"user_properties\":{\"a\":{\"date\":7}}}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"priority\":99999999999}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"format\":{}}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"format\":5}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"payload\":5}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"ttl_ms\":\"60000\"}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"ttl_ms\":-1}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"dmq_eligible\":\"true\"}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"class_of_service\":7}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"priority\":-9}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"application_message_id\":5}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"user_properties\":[1]}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"reply_to\":{\"x\":1}}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\","
            + "\"user_properties\":{\"a\":{\"short\":70000}}}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\",\"user_properties\":{\"a\":{\"byte\":300}}}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\","
            + "\"user_properties\":{\"a\":{\"float\":\"x\"}}}",
        "{\"topic\":\"t\",\"payload_kind\":\"bytes\","
            + "\"user_properties\":{\"a\":{\"character\":\"\"}}}"
      })
  void refusesInvalidMessages(String line) {
    assertThatThrownBy(() -> MessageJsonReader.read(line.getBytes(UTF_8)))
        .isInstanceOf(MessageJsonReader.Unreadable.class);
  }

  /// The reader recurses for each level.
  @Test
  void refusesDeepNesting() {
    String deep = "{\"a\":".repeat(300_000) + "1" + "}".repeat(300_000);
    assertThatThrownBy(
            () -> MessageJsonReader.read(("{\"topic\":\"t\",\"x\":" + deep + "}").getBytes(UTF_8)))
        .isInstanceOf(MessageJsonReader.Unreadable.class)
        .hasMessageContaining("nested");
  }

  @Test
  void filtersByTheFactsOfAMessage() {
    QueueMessage message =
        message(
            Destination.topic("stripe/webhook/v1/invoice/paid/acct_1"),
            Payload.bytes(
                """
                {"event_type":"invoice.paid","livemode":false,"data":{"status":"open"}}\
                """
                    .getBytes(UTF_8)));
    for (String holds :
        List.of(
            "event_type=invoice.*",
            "livemode=false",
            "data.status=open",
            "topic=*/invoice/*",
            "long=-9*",
            "redelivered=true",
            "application_message_id=evt_?",
            "delivery_count=3")) {
      assertThat(MessageFilter.of(List.of(holds)).test(message)).as(holds).isTrue();
    }
    for (String fails : List.of("event_type=charge.*", "data=*", "data.amount=*", "nope=*")) {
      assertThat(MessageFilter.of(List.of("livemode=*", fails)).test(message)).as(fails).isFalse();
    }
    assertThatThrownBy(() -> MessageFilter.of(List.of("=x")))
        .hasMessageContaining("not NAME=PATTERN");
  }
}
