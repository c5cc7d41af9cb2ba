package stripebridge.cli.consume;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.MapMessage;
import com.solacesystems.jcsmp.SDTException;
import com.solacesystems.jcsmp.SDTMap;
import com.solacesystems.jcsmp.SDTStream;
import com.solacesystems.jcsmp.StreamMessage;
import com.solacesystems.jcsmp.TextMessage;
import com.solacesystems.jcsmp.XMLContentMessage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.BrokerClient;
import stripebridge.cli.CliHarness;

/// The output of each format for messages of every kind.
class ConsumeFormatsTest {
  private static final String TAKE = "take:  stripebridge consume --queue q --ack --count ";
  private static final String EVENT =
      "{\"event_id\":\"evt_1\",\"event_type\":\"invoice.paid\",\"data\":{\"amount\":12.50,"
          + "\"list\":[1,{}],\"receipt_email\":\"ann@example.com\"}}";

  @TempDir private Path folder;

  private ConsumeHarness harness() throws Exception {
    // With SEMP the depth is known, so runs end without a wait.
    return new ConsumeHarness(folder).withSemp();
  }

  private static BytesMessage bytes(byte[] content) {
    BytesMessage message = JCSMPFactory.onlyInstance().createMessage(BytesMessage.class);
    message.setData(content);
    return message;
  }

  private static TextMessage text(String content) {
    TextMessage message = JCSMPFactory.onlyInstance().createMessage(TextMessage.class);
    message.setText(content);
    return message;
  }

  /// An event as the bridge publishes it.
  private static BytesMessage event() throws SDTException {
    BytesMessage message = bytes(EVENT.getBytes(UTF_8));
    message.setApplicationMessageId("evt_1");
    message.setCorrelationId("evt_1");
    message.setHTTPContentType("application/json");
    message.setTimeToLive(90_000);
    message.setDMQEligible(true);
    message.setPriority(4);
    SDTMap properties = JCSMPFactory.onlyInstance().createMap();
    properties.putString("event_type", "invoice.paid");
    properties.putBoolean("livemode", false);
    properties.putString("bridge_received_at", CliHarness.NOW.minusSeconds(3 * 3_600).toString());
    properties.putString("buyer_email", "ann@example.com");
    properties.putLong("try", 7L);
    properties.putBytes("sum", new byte[] {1, -1});
    message.setProperties(properties);
    return message;
  }

  private static SDTMap map() throws SDTException {
    SDTStream list = JCSMPFactory.onlyInstance().createStream();
    list.writeLong(5L);
    list.writeString("x");
    SDTMap map = JCSMPFactory.onlyInstance().createMap();
    map.putString("email", "ann@example.com");
    map.putStream("list", list);
    return map;
  }

  /// The output without the broker's ids, which differ from run to run.
  private static String without(String output) {
    return output.replaceAll("rmid1:[0-9a-f-]+", "rmid1:0");
  }

  private static String payload(String pretty) {
    return pretty.substring(pretty.indexOf("  payload "));
  }

  @Test
  void showsAllOfAMessage() throws Exception {
    try (ConsumeHarness harness = harness()) {
      harness.client().publish("t/invoice", event());
      CliHarness.Run run = harness.run("--pretty");
      assertThat(without(run.out()))
          .isEqualTo(
              """
              1  invoice.paid  evt_1
                time          2026-07-29T05:00:00Z, 3h ago
                topic         t/invoice
                message id    evt_1
                broker's id   rmid1:0
                redelivered   no, delivery count 1
                TTL           1m30s
                DMQ           eligible
                properties    bridge_received_at  2026-07-29T05:00:00Z
                              buyer_email         ann@example.com
                              event_type          invoice.paid
                              livemode            false
                              sum                 0x01ff
                              try                 7
                payload       120 bytes, application/json
              {
                "event_id": "evt_1",
                "event_type": "invoice.paid",
                "data": {
                  "amount": 12.50,
                  "list": [
                    1,
                    {}
                  ],
                  "receipt_email": "ann@example.com"
                }
              }
              """);
      assertThat(run.err()).isEqualTo("1 message shown; the queue holds no more\n" + TAKE + "1\n");
    }
  }

  @Test
  void colorsNamesOnATerminal() throws Exception {
    try (ConsumeHarness harness = harness()) {
      harness.client().publish("t/invoice", event());
      assertThat(harness.cli().onTerminal().run(ConsumeHarness.with()).out())
          .startsWith("\u001b[1m1  invoice.paid  evt_1\u001b[0m\n  \u001b[2mtime   ")
          .contains("\n    \u001b[36m\"amount\"\u001b[0m: 12.50,\n");
    }
  }

  @Test
  void showsRedeliveryAndExpiry() throws Exception {
    try (ConsumeHarness harness = harness()) {
      harness.client().publish("t/1", text("x"));
      try (BrokerClient other = new BrokerClient(harness.broker(), "other")) {
        other.consume("q", 1, 0);
      }
      harness.await("given back", () -> harness.vpn().queue("q").unacknowledged() == 0);
      assertThat(without(harness.run("--ack").out()))
          .isEqualTo(
              """
              1  t/1
                time          unknown
                topic         t/1
                broker's id   rmid1:0
                redelivered   yes, delivery count 2
                TTL           none
                DMQ           not eligible
                payload       1 byte, text
              x
              """);
    }
  }

  @Test
  void masksPersonalData() throws Exception {
    try (ConsumeHarness harness = harness()) {
      harness
          .client()
          .publish("t/1", event())
          .publish("t/2", text("ann@example.com"))
          .publish("t/3", structured());
      for (String format : new String[] {"pretty", "json", "raw", "table"}) {
        assertThat(harness.run("--redact", "-o", format).out())
            .contains(format.equals("table") ? "invoice.paid" : "***")
            .doesNotContain("example.com", "YW5u");
      }
      assertThat(harness.run("--redact", "-o", "raw").out())
          .isEqualTo(
              EVENT.replace("ann@example.com", "***")
                  + "\n(15 bytes that cannot be masked: not well-formed JSON at byte 0)\n"
                  + "{\"list\":[5,\"***\"],\"email\":\"***\"}\n");
    }
  }

  @Test
  void masksPropertiesSetByAPublisher() throws Exception {
    try (ConsumeHarness harness = harness()) {
      BytesMessage message = event();
      message.setApplicationMessageId("ann@example.com");
      message.setCorrelationId("Ann Example");
      message.setApplicationMessageType("Ann's");
      message.setSenderId("ann");
      message.setHTTPContentType("ann@example.com");
      message.setHTTPContentEncoding("Ann");
      message.getProperties().putString("ann@example.com", "x");
      message.getProperties().putLong("phone", 436641234567L);
      harness.client().publish("t/invoice", message);
      assertThat(without(harness.run("--redact").out()))
          .isEqualTo(
              """
              1  invoice.paid  ***
                time          2026-07-29T05:00:00Z, 3h ago
                topic         t/invoice
                message id    ***
                broker's id   rmid1:0
                redelivered   no, delivery count 1
                TTL           1m30s
                DMQ           eligible
                type          ***
                sender        ***
                properties    ***                 ***
                              bridge_received_at  2026-07-29T05:00:00Z
                              buyer_email         ***
                              event_type          invoice.paid
                              livemode            false
                              phone               ***
                              sum                 ***
                              try                 7
                payload       108 bytes, ***, ***
              {
                "event_id": "evt_1",
                "event_type": "invoice.paid",
                "data": {
                  "amount": 12.50,
                  "list": [
                    1,
                    {}
                  ],
                  "receipt_email": "***"
                }
              }
              """);
      for (String format : new String[] {"json", "raw", "table"}) {
        assertThat(harness.run("--redact", "-o", format).out())
            .doesNotContainIgnoringCase("ann", "43664");
      }
    }
  }

  @Test
  void masksBothContentsOfAMessage() throws Exception {
    try (ConsumeHarness harness = harness()) {
      XMLContentMessage message =
          JCSMPFactory.onlyInstance().createMessage(XMLContentMessage.class);
      message.setXMLContent("<name>Ann</name>");
      message.writeAttachment("{\"id\":\"evt_1\",\"name\":\"Ann\"}".getBytes(UTF_8));
      harness.client().publish("t/1", message);
      assertThat(payload(harness.run("--redact").out()))
          .endsWith(
              """
              (16 bytes that cannot be masked: not well-formed JSON at byte 0)
              (attached:)
              {
                "id": "evt_1",
                "name": "***"
              }
              """);
    }
  }

  private static MapMessage structured() throws SDTException {
    MapMessage message = JCSMPFactory.onlyInstance().createMessage(MapMessage.class);
    message.setMap(map());
    return message;
  }

  @Test
  void printsALineOfJsonPerMessage() throws Exception {
    try (ConsumeHarness harness = harness()) {
      harness
          .client()
          .publish("t/1", text("a\nb"))
          .publish("t/2", bytes(new byte[] {0, -1}))
          .publish("t/3", structured());
      assertThat(without(harness.run("-o", "json").out()).lines())
          .satisfiesExactly(
              first ->
                  assertThat(first)
                      .startsWith("{\"topic\":\"t/1\",\"id\":\"rmid1:0\",\"redelivered\":false,")
                      .endsWith("\"payload_kind\":\"text\",\"payload\":\"a\\nb\"}"),
              second ->
                  assertThat(second)
                      .endsWith("\"payload_kind\":\"bytes\",\"payload_base64\":\"AP8=\"}"),
              third ->
                  assertThat(third)
                      .endsWith(
                          ",\"structure\":{\"map\":{\"list\":{\"stream\":[{\"long\":5},\"x\"]},"
                              + "\"email\":\"ann@example.com\"}}}"));
    }
  }

  @Test
  void printsThePayloadsByteForByte() throws Exception {
    try (ConsumeHarness harness = harness()) {
      harness
          .client()
          .publish("t/1", bytes(new byte[] {0, -1, 27}))
          .publish("t/2", text("é\r\n"))
          .publish("t/3", bytes(new byte[0]));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertThat(harness.cli().runInto(out, ConsumeHarness.with("-o", "raw")).exitCode()).isZero();
      ByteArrayOutputStream wanted = new ByteArrayOutputStream();
      wanted.writeBytes(new byte[] {0, -1, 27, '\n'});
      wanted.writeBytes("é\r\n\n\n".getBytes(UTF_8));
      assertThat(out.toByteArray()).isEqualTo(wanted.toByteArray());
    }
  }

  @Test
  void printsATableThatFits() throws Exception {
    try (ConsumeHarness harness = harness()) {
      harness
          .client()
          .publish("t/1", event())
          .publish(
              "t/a/topic/that/is/longer/than/most/are", "an-id-of-thirty-four-characters-or", "")
          .publish("t/3", text(""));
      String table =
          """
          TIME (UTC)   TRY  EVENT TYPE OR TOPIC            ID
          07-29 05:00    1  invoice.paid                   evt_1
          -              1  t/a/topic/that/is/longer/tha…  an-id-of-thirty-four-character…
          -              1  t/3                            rmid1:0
          """;
      CliHarness terminal = harness.cli().onTerminal().env("COLUMNS", "80").env("NO_COLOR", "1");
      // The broker's id is longer than the column.
      assertThat(
              terminal
                  .run(ConsumeHarness.with("-o", "table"))
                  .out()
                  .replaceAll("rmid1:[0-9a-f-]+…", "rmid1:0"))
          .isEqualTo(table);
      terminal.env("COLUMNS", "50");
      assertThat(terminal.run(ConsumeHarness.with("-o", "table", "--count", "2")).out())
          .endsWith("  an-id-of-th…\n");
    }
  }

  @Test
  void cutsNothingWithoutATerminal() throws Exception {
    try (ConsumeHarness harness = harness()) {
      harness.client().publish("t/a/topic/that/is/longer/than/most/are", "x".repeat(50), "");
      assertThat(harness.run("-o", "table").out())
          .endsWith(
              "\n-              1  t/a/topic/that/is/longer/than/most/are  "
                  + "x".repeat(50)
                  + "\n");
    }
  }

  @Test
  void showsBinaryPayloads() throws Exception {
    try (ConsumeHarness harness = harness()) {
      byte[] all = new byte[18];
      for (int i = 0; i < all.length; i++) {
        all[i] = (byte) (i * 15);
      }
      harness.client().publish("t/1", bytes(all));
      assertThat(payload(harness.run().out()))
          .isEqualTo(
              """
                payload       18 bytes
              00000000  00 0f 1e 2d 3c 4b 5a 69  78 87 96 a5 b4 c3 d2 e1  |...-<KZix.......|
              00000010  f0 ff                                             |..|
              """);
    }
  }

  @Test
  void showsTextInAnotherEncoding() throws Exception {
    try (ConsumeHarness harness = harness()) {
      harness
          .client()
          .publish(
              "t/1", bytes("{\"name\":\"José\",\"city\":\"Gent\"}\n\u001b".getBytes(ISO_8859_1)));
      assertThat(payload(harness.run().out()))
          .isEqualTo(
              """
                payload       31 bytes
              {"name":"Jos\\xe9","city":"Gent"}
              \\u001b
              """);
    }
  }

  @Test
  void escapesControlCharacters() throws Exception {
    try (ConsumeHarness harness = harness()) {
      TextMessage message = text("\u001b[2J\u009b31m\u202egnp\r\n\tend");
      message.setApplicationMessageId("a\u001b]0;title\u0007");
      SDTMap properties = JCSMPFactory.onlyInstance().createMap();
      properties.putString("event\u001b", "x\ny");
      message.setProperties(properties);
      harness.client().publish("t/1", message);
      for (String format : new String[] {"pretty", "table"}) {
        assertThat(harness.run("-o", format).out())
            .doesNotContainPattern("[\\p{Cntrl}&&[^\\n\\t]]");
      }
      assertThat(payload(harness.run().out()))
          .endsWith("text\n\\u001b[2J\\u009b31m\\u202egnp\\u000d\n\tend\n");
    }
  }

  @Test
  void showsMapsStreamsAndXml() throws Exception {
    try (ConsumeHarness harness = harness()) {
      StreamMessage stream = JCSMPFactory.onlyInstance().createMessage(StreamMessage.class);
      SDTStream values = JCSMPFactory.onlyInstance().createStream();
      values.writeDouble(1.5);
      values.writeMap(map());
      stream.setStream(values);
      XMLContentMessage xml = JCSMPFactory.onlyInstance().createMessage(XMLContentMessage.class);
      xml.setXMLContent("<a>\n  <b/>\n</a>");
      harness.client().publish("t/1", structured()).publish("t/2", stream).publish("t/3", xml);
      String[] shown = harness.run().out().split("\n\n", -1);
      assertThat(Arrays.stream(shown).map(ConsumeFormatsTest::payload))
          .satisfiesExactly(
              map ->
                  assertThat(map)
                      .isEqualTo(
                          """
                            payload       57 bytes, map
                          {
                            "list": [
                              5,
                              "x"
                            ],
                            "email": "ann@example.com"
                          }\
                          """),
              list ->
                  assertThat(list).contains(" bytes, stream\n[\n  1.5,\n  {\n    \"list\": [\n"),
              document ->
                  assertThat(document)
                      .isEqualTo("  payload       15 bytes, XML\n<a>\n  <b/>\n</a>\n"));
    }
  }

  @Test
  void showsMalformedJsonUnchanged() throws Exception {
    try (ConsumeHarness harness = harness()) {
      harness
          .client()
          .publish("t/1", text("{\"a\":1} {"))
          .publish("t/2", text("{\"a\":"))
          .publish("t/3", text("[".repeat(100_000) + "]".repeat(100_000)))
          .publish("t/4", text(""));
      assertThat(Arrays.stream(harness.run().out().split("\n\n", -1)))
          .satisfiesExactly(
              one -> assertThat(one).endsWith("\n{\"a\":1} {"),
              two -> assertThat(two).endsWith("\n{\"a\":"),
              three -> assertThat(three).endsWith("[]" + "]".repeat(99_999)),
              four -> assertThat(four).endsWith("  payload       empty, text\n"));
    }
  }

  @Test
  void showsAMessageOfTenMegabytes() throws Exception {
    try (ConsumeHarness harness = harness()) {
      byte[] large = new byte[9_990_000];
      Arrays.fill(large, (byte) 'é');
      harness.client().publish("t/1", bytes(large));
      assertThat(harness.run().out())
          .endsWith("\n(9,987,952 more bytes; -o raw prints them all)\n");
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      CliHarness.Run _ = harness.cli().runInto(out, ConsumeHarness.with("--ack", "-o", "raw"));
      assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(with(large), large.length + 1));
      harness.await("removed", () -> harness.vpn().queue("q").depth() == 0);
    }
  }

  private static byte[] with(byte[] bytes) {
    byte[] line = Arrays.copyOf(bytes, bytes.length + 1);
    line[bytes.length] = '\n';
    return line;
  }
}
