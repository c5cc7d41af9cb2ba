package stripebridge.core.normalization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import stripebridge.core.event.EventReader;
import stripebridge.core.event.EventReading;

class NormalizerTest {
  private static final Receipt RECEIPT =
      new Receipt(
          Instant.parse("2026-11-20T10:00:00.250Z"),
          "acct_own",
          "1.2.3",
          UUID.fromString("7c9e6679-7425-40de-944b-e07fc1f90ae7"));

  private static Normalization normalize(String body) {
    byte[] bytes = body.getBytes(UTF_8);
    return switch (EventReader.read(bytes)) {
      case EventReading.Identified(var event) -> Normalizer.normalize(event, bytes, RECEIPT);
      case EventReading.Unidentified(String reason) -> throw new AssertionError(reason);
    };
  }

  private static String envelope(String body) {
    return switch (normalize(body)) {
      case Normalization.Normalized(Envelope envelope) -> new String(envelope.toJson(), UTF_8);
      case Normalization.Unreadable(String reason) -> throw new AssertionError(reason);
    };
  }

  @Test
  void writesEveryFieldOfASnapshotEvent() {
    assertThat(
            envelope(
                """
                {"id":"evt_1","object":"event","api_version":"2026-07-29.dahlia",
                 "created":1785312002,"account":"acct_1","livemode":true,
                 "data":{"object":{ "id":"po_1", "object":"payout","amount":1.00,
                   "currency":"usd","status":"failed","failure_message":null},
                   "previous_attributes":{"status":"in_transit"}},
                 "request":{"id":"req_1","idempotency_key":"key \\u00e9"},"type":"payout.failed"}
                """))
        .isEqualTo(
            "{\"event_id\":\"evt_1\",\"event_type\":\"payout.failed\","
                + "\"api_version\":\"2026-07-29.dahlia\",\"account_id\":\"acct_1\","
                + "\"created_at\":\"2026-07-29T08:00:02Z\","
                + "\"bridge_received_at\":\"2026-11-20T10:00:00.250Z\","
                + "\"bridge_version\":\"1.2.3\","
                + "\"trace_id\":\"7c9e6679-7425-40de-944b-e07fc1f90ae7\",\"livemode\":true,"
                + "\"request_id\":\"req_1\",\"idempotency_key\":\"key \\u00e9\","
                + "\"previous_attributes\":{\"status\":\"in_transit\"},\"context\":null,"
                + "\"data\":{\"id\":\"po_1\",\"amount\":1.00,\"currency\":\"usd\","
                + "\"status\":\"failed\",\"failure_message\":null},"
                + "\"raw\":{ \"id\":\"po_1\", \"object\":\"payout\",\"amount\":1.00,\n"
                + "   \"currency\":\"usd\",\"status\":\"failed\",\"failure_message\":null}}");
  }

  @Test
  void parksWhatIsNestedTooDeeply() {
    String deep = "[".repeat(250) + "]".repeat(250);
    assertThat(
            normalize(
                "{\"id\":\"evt_1\",\"type\":\"a.b\",\"data\":{\"object\":{\"x\":" + deep + "}}}"))
        .isEqualTo(new Normalization.Unreadable("nested deeper than 200 levels"));
  }

  @Test
  void parksRepeatedNames() {
    assertThat(
            normalize(
                "{\"id\":\"evt_1\",\"type\":\"a.b\",\"data\":{\"object\":{\"x\":{\"a\":1,\"a\":2}}}}"))
        .isEqualTo(new Normalization.Unreadable("a field name appears twice in one object"));
  }
}
