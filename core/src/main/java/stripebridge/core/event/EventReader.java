package stripebridge.core.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import stripebridge.core.json.Json;

/// Reads a webhook body: one streaming scan for the few fields the bridge needs, in whatever order
/// they come. Unknown fields, any API version and any nesting are fine. Of a field that comes twice
/// the first counts.
///
/// Not thread-safe: an instance is one scan.
public final class EventReader {
  // Solace's limit for the queue partition key.
  private static final int PARTITION_KEY_BYTES_MAX = 255;
  // The years that ISO 8601 and RFC 3339 write with four digits; beyond them it is no time of ours.
  private static final Instant CREATED_MIN = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant CREATED_MAX = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private @Nullable String id;
  private @Nullable String type;
  private @Nullable String object;
  private @Nullable String account;
  private @Nullable String context;
  private @Nullable String apiVersion;
  private @Nullable Instant created;
  private @Nullable Boolean livemode;
  private @Nullable String customer;
  private @Nullable String objectId;
  private @Nullable String relatedObjectId;

  private EventReader() {}

  /// Reads one body of at most a few MiB; never throws.
  public static EventReading read(byte[] body) {
    EventReader reader = new EventReader();
    String broken = null;
    try (JsonParser parser = Json.lenientParser(Json.withoutByteOrderMark(body))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return new EventReading.Unidentified("the body is not a JSON object");
      }
      reader.scanEvent(parser);
    } catch (IOException e) {
      // What was found before the damage still counts: a genuine event is parked, not refused.
      broken = Json.malformedAt(e);
    }
    return reader.reading(broken);
  }

  private void scanEvent(JsonParser parser) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      switch (name) {
        case "id" -> id = first(id, text(parser, value));
        case "type" -> type = first(type, text(parser, value));
        case "object" -> object = first(object, text(parser, value));
        case "account" -> account = first(account, text(parser, value));
        case "context" -> context = first(context, text(parser, value));
        case "api_version" -> apiVersion = first(apiVersion, text(parser, value));
        case "created" -> created = created == null ? time(parser, value) : created;
        case "livemode" -> livemode = livemode == null ? bool(value) : livemode;
        case "data" -> scanData(parser, value);
        case "related_object" -> relatedObjectId = first(relatedObjectId, idOf(parser, value));
        default -> {}
      }
      // Does nothing unless the value is an object or array that no case went through.
      parser.skipChildren();
    }
  }

  private void scanData(JsonParser parser, @Nullable JsonToken start) throws IOException {
    if (start != JsonToken.START_OBJECT) {
      return;
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (name.equals("object") && value == JsonToken.START_OBJECT) {
        scanObject(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void scanObject(JsonParser parser) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      switch (name) {
        case "id" -> objectId = first(objectId, text(parser, value));
        case "customer" ->
            customer =
                first(
                    customer,
                    value == JsonToken.START_OBJECT ? idOf(parser, value) : text(parser, value));
        default -> {}
      }
      parser.skipChildren();
    }
  }

  private static @Nullable String idOf(JsonParser parser, @Nullable JsonToken start)
      throws IOException {
    if (start != JsonToken.START_OBJECT) {
      return null;
    }
    String found = null;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (name.equals("id")) {
        found = first(found, text(parser, value));
      }
      parser.skipChildren();
    }
    return found;
  }

  private static @Nullable String text(JsonParser parser, @Nullable JsonToken value)
      throws IOException {
    if (value != JsonToken.VALUE_STRING) {
      return null;
    }
    String text = parser.getText();
    return text.isEmpty() ? null : text;
  }

  private static @Nullable Boolean bool(@Nullable JsonToken value) {
    return value == JsonToken.VALUE_TRUE
        ? Boolean.TRUE
        : value == JsonToken.VALUE_FALSE ? Boolean.FALSE : null;
  }

  /// Seconds since 1970 in a v1 event, an ISO 8601 time in a v2 event.
  private static @Nullable Instant time(JsonParser parser, @Nullable JsonToken value)
      throws IOException {
    try {
      Instant time = null;
      if (value == JsonToken.VALUE_NUMBER_INT
          && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
        time = Instant.ofEpochSecond(parser.getLongValue());
      } else if (value == JsonToken.VALUE_STRING) {
        time = OffsetDateTime.parse(parser.getText()).toInstant();
      }
      return time == null || time.isBefore(CREATED_MIN) || time.isAfter(CREATED_MAX) ? null : time;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static @Nullable String first(@Nullable String earlier, @Nullable String later) {
    return earlier == null ? later : earlier;
  }

  private EventReading reading(@Nullable String broken) {
    String cause = broken == null ? "" : ": " + broken;
    if (id == null || !EventId.isLegal(id)) {
      return new EventReading.Unidentified(
          (id == null ? "no event id" : "an illegal event id") + cause);
    }
    if (type == null || !EventType.isLegal(type)) {
      return new EventReading.Unidentified(
          (type == null ? "no event type" : "an illegal event type") + cause);
    }
    return new EventReading.Identified(
        new StripeEvent(
            new EventId(id),
            new EventType(type),
            account,
            context,
            apiVersion,
            created,
            livemode,
            "v2.core.event".equals(object),
            partitionKey(id)));
  }

  private String partitionKey(String eventId) {
    String key = first(first(customer, objectId), relatedObjectId);
    return key != null && isPartitionKey(key) ? key : eventId;
  }

  private static boolean isPartitionKey(String key) {
    // Half of a surrogate pair has no UTF-8 form.
    return key.length() <= PARTITION_KEY_BYTES_MAX
        && StandardCharsets.UTF_8.newEncoder().canEncode(key)
        && key.getBytes(StandardCharsets.UTF_8).length <= PARTITION_KEY_BYTES_MAX;
  }
}
