package stripebridge.core.event;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
  private static final StripeEvent BARE =
      new StripeEvent(
          new EventId("evt_1"), new EventType("a.b"), null, null, null, null, false, "evt_1", "");

  private static StripeEvent event(String body) {
    return event(body.getBytes(UTF_8));
  }

  private static StripeEvent event(byte[] body) {
    return switch (EventReader.read(body)) {
      case EventReading.Identified(StripeEvent event) -> event;
      case EventReading.Unidentified(String reason) -> throw new AssertionError(reason);
    };
  }

  /// The event that also has these members.
  private static StripeEvent eventWith(String members) {
    return event("{\"id\":\"evt_1\"," + members + ",\"type\":\"a.b\"}");
  }

  private static String reason(String body) {
    return reason(body.getBytes(UTF_8));
  }

  private static String reason(byte[] body) {
    return switch (EventReader.read(body)) {
      case EventReading.Unidentified(String reason) -> reason;
      case EventReading.Identified(StripeEvent event) -> throw new AssertionError(event);
    };
  }

  private static @Nullable Instant created(String json) {
    return eventWith("\"created\":" + json).created();
  }

  private static String partitionKey(String dataObject) {
    return eventWith("\"data\":{\"object\":" + dataObject + "}").partitionKey();
  }

  @Test
  void readsEveryFieldOfASnapshotEvent() {
    String body =
        """
        {"id": "evt_1", "object": "event", "account": "acct_1", "api_version": "2026-07-29.dahlia",
         "context": "acct_2", "created": 1785748500,
         "data": {"object": {"id": "in_1", "object": "invoice", "customer": "cus_1"},
                  "previous_attributes": {"customer": "cus_0"}},
         "livemode": true, "pending_webhooks": 1, "request": {"id": "req_1"},
         "type": "invoice.paid"}
        """;
    assertThat(event(body))
        .isEqualTo(
            new StripeEvent(
                new EventId("evt_1"),
                new EventType("invoice.paid"),
                "acct_1",
                "2026-07-29.dahlia",
                Instant.parse("2026-08-03T09:15:00Z"),
                true,
                false,
                "cus_1",
                "in_1"));
  }

  @Test
  void readsEveryFieldOfAThinEvent() {
    String body =
        """
        {"related_object": {"url": "/v2/x", "id": "mtr_1"},
         "created": "2026-08-03T11:15:00.5+02:00",
         "type": "v2.core.account[configuration.customer].updated", "object": "v2.core.event",
         "context": "acct_1", "reason": null, "livemode": false, "id": "evt_1"}
        """;
    assertThat(event(body))
        .isEqualTo(
            new StripeEvent(
                new EventId("evt_1"),
                new EventType("v2.core.account[configuration.customer].updated"),
                "acct_1",
                null,
                Instant.parse("2026-08-03T09:15:00.500Z"),
                false,
                true,
                "mtr_1",
                "mtr_1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"x\":null",
        "\"data\":null",
        "\"data\":[{\"object\":{\"id\":\"o\"}}]",
        "\"data\":\"object\"",
        "\"data\":{}",
        "\"data\":{\"object\":null}",
        "\"data\":{\"object\":[{\"id\":\"o\"}]}",
        "\"data\":{\"object\":{}}",
        "\"data\":{\"object\":{\"id\":null,\"customer\":null}}",
        "\"data\":{\"object\":{\"id\":7,\"customer\":[\"cus_1\"]}}",
        "\"data\":{\"object\":{\"customer\":{\"id\":{\"id\":\"cus_1\"}}}}",
        "\"data\":{\"object\":{\"x\":{\"id\":\"o\",\"customer\":\"cus_1\"}}}",
        "\"related_object\":null",
        "\"related_object\":\"mtr_1\"",
        "\"related_object\":[{\"id\":\"mtr_1\"}]",
        "\"account\":null,\"context\":null,\"api_version\":null,\"created\":null,\"livemode\":null",
        "\"account\":\"\",\"context\":\"\",\"api_version\":\"\",\"created\":\"\",\"livemode\":\"\"",
        "\"account\":1,\"context\":{\"a\":1},\"api_version\":[2],\"created\":true,\"livemode\":1",
        "\"object\":null",
        "\"object\":{\"object\":\"v2.core.event\"}",
        "\"object\":\"V2.core.event\"",
        "\"ID\":\"evt_2\",\"Type\":\"c.d\"",
        "\"nested\":{\"id\":\"evt_2\",\"type\":\"c.d\",\"data\":{\"object\":{\"id\":\"o\"}}}",
      })
  void takesWhatIsMissingNullOrOfAnotherTypeAsAbsent(String members) {
    assertThat(eventWith(members)).isEqualTo(BARE);
  }

  @Test
  void readsNamesAndValuesThatAreEscaped() {
    assertThat(event("{\"\\u0069d\":\"evt\\u005f1\",\"typ\\u0065\":\"a.\\u0062\"}"))
        .isEqualTo(BARE);
  }

  @Test
  void ignoresAByteOrderMark() {
    assertThat(event("\uFEFF{\"id\":\"evt_1\",\"type\":\"a.b\"}")).isEqualTo(BARE);
  }

  @Test
  void countsTheFirstOfARepeatedName() {
    assertThat(
            event(
                "{\"id\":\"evt_1\",\"id\":\"evt_2\",\"type\":\"a.b\",\"type\":\"c.d\","
                    + "\"account\":\"acct_1\",\"account\":\"acct_2\",\"livemode\":true,"
                    + "\"livemode\":false,\"created\":1,\"created\":2,"
                    + "\"data\":{\"object\":{\"customer\":\"cus_1\",\"customer\":\"cus_2\"},"
                    + "\"object\":{\"customer\":\"cus_3\"}},"
                    + "\"data\":{\"object\":{\"customer\":\"cus_4\"}}}"))
        .isEqualTo(
            new StripeEvent(
                new EventId("evt_1"),
                new EventType("a.b"),
                "acct_1",
                null,
                Instant.ofEpochSecond(1),
                true,
                false,
                "cus_1",
                ""));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01T00:00:00Z",
    "-0, 1970-01-01T00:00:00Z",
    "-1, 1969-12-31T23:59:59Z",
    "253402300799, 9999-12-31T23:59:59Z",
    "253402300800, ",
    "-62167219200, 0000-01-01T00:00:00Z",
    "-62167219201, ",
    "9223372036854775807, ",
    "9223372036854775808, ",
    "1785748500.0, ",
    "1785748500.5, ",
    "1.7857485e9, ",
    "'\"2026-08-03T09:15:00Z\"', 2026-08-03T09:15:00Z",
    "'\"2026-08-03T09:15:00.123456789Z\"', 2026-08-03T09:15:00.123456789Z",
    "'\"2026-08-03T00:15:00-09:00\"', 2026-08-03T09:15:00Z",
    "'\"2026-08-03T09:15:00\"', ",
    "'\"2026-02-30T09:15:00Z\"', ",
    "'\"+12026-08-03T09:15:00Z\"', ",
    "'\"9999-12-31T23:59:59-01:00\"', ",
    "'\"1785748500\"', ",
  })
  void takesOnlyATimeOfFourDigitYears(String json, @Nullable Instant time) {
    assertThat(created(json)).isEqualTo(time);
  }

  @Test
  void treatsAMillionDigitsAsNoTime() {
    assertThat(created("1".repeat(1_000_000))).isNull();
    assertThat(created("-" + "9".repeat(1_000_000))).isNull();
    assertThat(created("1e" + "9".repeat(1_000_000))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'id':'in_1','customer':'cus_1'} | cus_1",
        "{'customer':'cus_1','id':'in_1'} | cus_1",
        "{'id':'in_1','customer':{'object':'customer','x':{'id':'y'},'id':'cus_1'}} | cus_1",
        "{'id':'in_1','customer':{'deleted':true}} | in_1",
        "{'id':'in_1','customer':null} | in_1",
        "{'id':'in_1','customer':''} | in_1",
        "{'id':'in_1','customer':7} | in_1",
        "{'customer':{'id':'cus_1'}} | cus_1",
        "{'id':''} | evt_1",
        "{'id':'half \\ud83d'} | evt_1",
      })
  void keepsTheMessagesOfOneCustomerTogether(String dataObject, String key) {
    assertThat(partitionKey(dataObject.replace('\'', '"'))).isEqualTo(key);
  }

  @Test
  void keepsAPartitionKeyToItsBytes() {
    assertThat(partitionKey("{\"id\":\"" + "x".repeat(255) + "\"}")).isEqualTo("x".repeat(255));
    assertThat(partitionKey("{\"id\":\"" + "x".repeat(256) + "\"}")).isEqualTo("evt_1");
    assertThat(partitionKey("{\"id\":\"" + "é".repeat(127) + "\"}")).isEqualTo("é".repeat(127));
    assertThat(partitionKey("{\"id\":\"" + "é".repeat(128) + "\"}")).isEqualTo("evt_1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'data':{'object':{'customer':'cus_1','id':'in_1'}} | in_1",
        "'data':{'object':{'id':'in_1'}},'related_object':{'id':'mtr_1'} | in_1",
        "'related_object':{'id':'mtr_1'} | ``",
        "'object':'v2.core.event','related_object':{'id':'mtr_1'} | mtr_1",
        "'related_object':{'id':'mtr_1'},'object':'v2.core.event' | mtr_1",
        "'object':'v2.core.event','data':{'object':{'id':'in_1'}} | ``",
        "'data':{'object':{'customer':'cus_1'}} | ``",
        "'data':{'object':{'id':'in\\n1'}} | ``",
        "'data':{'object':{'id':'in 1'}} | ``",
      })
  void namesTheObjectThatAnEventIsAbout(String members, String objectId) {
    assertThat(eventWith(members.replace('\'', '"')).objectId()).isEqualTo(objectId);
  }

  @Test
  void keepsAnObjectIdToItsLength() {
    String id = "x".repeat(255);
    assertThat(eventWith("\"data\":{\"object\":{\"id\":\"" + id + "\"}}").objectId()).isEqualTo(id);
    assertThat(eventWith("\"data\":{\"object\":{\"id\":\"" + id + "x\"}}").objectId()).isEmpty();
  }

  @Test
  void identifiesABodyThatIsTruncatedAfterIdAndType() {
    String body = "{\"id\":\"evt_1\",\"type\":\"a.b\",\"account\":\"acct_1\",\"data\":{\"object\":";
    byte[] bytes = body.getBytes(UTF_8);
    int identified = body.indexOf(",\"account");
    for (int length = 0; length < bytes.length; length++) {
      EventReading reading = EventReader.read(Arrays.copyOf(bytes, length));
      if (length < identified) {
        assertThat(reading).as("%s bytes", length).isInstanceOf(EventReading.Unidentified.class);
      } else {
        assertThat(reading).as("%s bytes", length).isInstanceOf(EventReading.Identified.class);
      }
    }
    assertThat(event(body).account()).isEqualTo("acct_1");
  }

  @Test
  void identifiesWhatIsNestedAHundredThousandTimes() {
    for (String deep :
        new String[] {
          "[".repeat(100_000) + "]".repeat(100_000),
          "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000)
        }) {
      assertThat(eventWith("\"x\":" + deep)).isEqualTo(BARE);
      assertThat(eventWith("\"data\":{\"object\":{\"x\":" + deep + "}}")).isEqualTo(BARE);
      assertThat(eventWith("\"account\":" + deep)).isEqualTo(BARE);
    }
  }

  @Test
  void identifiesABodyOfOneMebibyte() {
    String filling = "x".repeat(1 << 20);
    assertThat(eventWith("\"x\":\"" + filling + "\"")).isEqualTo(BARE);
    assertThat(eventWith("\"" + filling + "\":1")).isEqualTo(BARE);
    assertThat(eventWith("\"x\":" + "7".repeat(1 << 20))).isEqualTo(BARE);
    assertThat(eventWith("\"x\":[" + "1,".repeat(1 << 19) + "1]")).isEqualTo(BARE);
    assertThat(eventWith("\"x\":1" + " ".repeat(1 << 20))).isEqualTo(BARE);
  }

  @Test
  void identifiesABodyWithLoneSurrogates() {
    assertThat(eventWith("\"x\":\"\\ud83d\",\"\\ud83d\\udcda\":1")).isEqualTo(BARE);
    assertThat(eventWith("\"account\":\"\\ud83d\"").account()).isEqualTo("\ud83d");
  }

  @Test
  void identifiesABodyThatIsNotUtf8AfterIdAndType() {
    byte[] body = "{\"id\":\"evt_1\",\"type\":\"a.b\",\"x\":\"\u00e9\"}".getBytes(ISO_8859_1);
    assertThat(event(body)).isEqualTo(BARE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"x\":NaN", "\"\\ud83d\":1", "\"x\":[}", "\"x\":{\"a\\q\" 1}"})
  void identifiesWhatNoParserWouldRead(String member) {
    assertThat(event("{\"id\":\"evt_1\"," + member + ",\"type\":\"a.b\"}")).isEqualTo(BARE);
  }

  @Test
  void identifiesABodyWithTextAfterTheEvent() {
    assertThat(event("{\"id\":\"evt_1\",\"type\":\"a.b\"} {\"id\":\"evt_2\"}")).isEqualTo(BARE);
    assertThat(event("{\"id\":\"evt_1\",\"type\":\"a.b\"}}]")).isEqualTo(BARE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "null", "true", "7", "\"evt_1\"", "[]", "[{\"id\":\"evt_1\"}]"})
  void refusesABodyThatIsNotAnObject(String body) {
    assertThat(reason(body)).isEqualTo("the body is not a JSON object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | no event id",
        "{'type':'a.b'} | no event id",
        "{'id':null,'type':'a.b'} | no event id",
        "{'id':7,'type':'a.b'} | no event id",
        "{'id':'','type':'a.b'} | no event id",
        "{'id':['evt_1'],'type':'a.b'} | no event id",
        "{'id':'evt 1','type':'a.b'} | an illegal event id",
        "{'id':'evt\\u00001','type':'a.b'} | an illegal event id",
        "{'id':'evt_é','type':'a.b'} | an illegal event id",
        "{'id':'evt_\\ud83d','type':'a.b'} | an illegal event id",
        "{'id':'evt_1'} | no event type",
        "{'id':'evt_1','type':null} | no event type",
        "{'id':'evt_1','type':{'type':'a.b'}} | no event type",
        "{'id':'evt_1','type':'a b'} | an illegal event type",
        "{'id':'evt_1','type':'a\\nb'} | an illegal event type",
        "{'data':{'id':'evt_1','type':'a.b'}} | no event id",
        "x | the body is not a JSON object",
        "{'id':'evt_1','x':} | no event type: not well-formed JSON at byte 18",
        "{'id':'evt_1','t\\x':1,'type':'a.b'} | no event type: not well-formed JSON at byte 14",
        "{id:'evt_1'} | no event id: not well-formed JSON at byte 1",
      })
  void saysWhyABodyCannotBeIdentified(String body, String reason) {
    assertThat(reason(body.replace('\'', '"'))).isEqualTo(reason);
  }

  @Test
  void refusesAnIdOrTypeBeyond255Characters() {
    String longest = "x".repeat(255);
    assertThat(event("{\"id\":\"" + longest + "\",\"type\":\"" + longest + "\"}").id())
        .isEqualTo(new EventId(longest));
    assertThat(reason("{\"id\":\"x" + longest + "\",\"type\":\"a\"}"))
        .isEqualTo("an illegal event id");
    assertThat(reason("{\"id\":\"a\",\"type\":\"x" + longest + "\"}"))
        .isEqualTo("an illegal event type");
  }

  @Test
  void refusesOtherEncodings() {
    byte[] utf16 = "{\"id\":\"evt_1\",\"type\":\"a.b\"}".getBytes(UTF_16LE);
    assertThat(reason(utf16)).startsWith("no event id: not well-formed JSON");
  }

  @Test
  void quotesNoPartOfABodyInItsReason() {
    assertThat(reason("{\"secret\" \"4242424242424242\"}"))
        .isEqualTo("no event id: not well-formed JSON at byte 10");
  }
}
