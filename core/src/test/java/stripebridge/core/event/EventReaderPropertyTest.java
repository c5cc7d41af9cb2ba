package stripebridge.core.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import stripebridge.core.testing.JsonTree;
import stripebridge.core.testing.RandomEvents;
import stripebridge.core.testing.Seed;

/// The streaming scan against Jackson's tree of the same document.
class EventReaderPropertyTest {

  @Test
  void findsWhatATreeReaderFinds() {
    RandomEvents events = new RandomEvents(Seed.random("EventReaderPropertyTest"));
    for (int i = Seed.rounds(3_000); i > 0; i--) {
      byte[] body = events.body();
      assertThat(EventReader.read(body))
          .as("event %s", new String(body, UTF_8))
          .isEqualTo(new EventReading.Identified(inTree(JsonTree.parse(body))));
    }
  }

  private static StripeEvent inTree(JsonNode event) {
    String id = event.required("id").textValue();
    JsonNode livemode = event.path("livemode");
    return new StripeEvent(
        new EventId(id),
        new EventType(event.required("type").textValue()),
        AccountName.of(
            text(event.path("account")), text(event.path("user_id")), text(event.path("context"))),
        text(event.path("api_version")),
        time(event.path("created")),
        livemode.isBoolean() ? livemode.booleanValue() : null,
        "v2.core.event".equals(text(event.path("object"))),
        partitionKey(event, id),
        objectId(event));
  }

  private static String objectId(JsonNode event) {
    boolean isThin = "v2.core.event".equals(text(event.path("object")));
    JsonNode object = isThin ? event.path("related_object") : event.path("data").path("object");
    String id = text(object.path("id"));
    return id != null && VisibleAscii.is(id) ? id : "";
  }

  private static String partitionKey(JsonNode event, String id) {
    JsonNode customer = event.path("data").path("object").path("customer");
    List<@Nullable String> candidates = new ArrayList<>();
    candidates.add(text(customer.isObject() ? customer.path("id") : customer));
    candidates.add(text(event.path("data").path("object").path("id")));
    candidates.add(text(event.path("related_object").path("id")));
    for (String candidate : candidates) {
      if (candidate != null) {
        return candidate.equals(new String(candidate.getBytes(UTF_8), UTF_8)) ? candidate : id;
      }
    }
    return id;
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() && !node.textValue().isEmpty() ? node.textValue() : null;
  }

  private static @Nullable Instant time(JsonNode node) {
    try {
      if (node.isTextual()) {
        return OffsetDateTime.parse(node.textValue()).toInstant();
      }
      // Seconds of the years 0 to 9999.
      return node.isIntegralNumber()
              && node.canConvertToLong()
              && node.longValue() >= -62_167_219_200L
              && node.longValue() <= 253_402_300_799L
          ? Instant.ofEpochSecond(node.longValue())
          : null;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
