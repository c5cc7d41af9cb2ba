package stripebridge.core.event;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import stripebridge.core.json.Json;
import stripebridge.core.json.JsonScanner;
import stripebridge.core.json.JsonScanner.MalformedException;

/// Reads a webhook body: one streaming scan for the few fields that the bridge needs, in any order.
/// Unknown fields, any API version and any nesting depth are accepted. Of a repeated field, the
/// first counts.
///
/// Not thread-safe: an instance is one scan.
public final class EventReader {
  // Solace's limit for the queue partition key.
  private static final int PARTITION_KEY_BYTES_MAX = 255;

  // The years that ISO 8601 and RFC 3339 write with four digits. A time outside them counts as
  // absent.
  private static final Instant CREATED_MIN = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant CREATED_MAX = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private final JsonScanner json;
  private @Nullable String id;
  private @Nullable String type;
  private @Nullable String object;
  private @Nullable String account;
  private @Nullable String userId;
  private @Nullable String context;
  private @Nullable String apiVersion;
  private @Nullable Instant created;
  private @Nullable Boolean livemode;
  private @Nullable String customer;
  private @Nullable String objectId;
  private @Nullable String relatedObjectId;

  private EventReader(JsonScanner json) {
    this.json = json;
  }

  /// Reads one body of at most a few MiB; never throws.
  public static EventReading read(byte[] body) {
    EventReader reader = new EventReader(new JsonScanner(Json.withoutByteOrderMark(body)));
    try {
      if (!reader.json.enterObject()) {
        return new EventReading.Unidentified("the body is not a JSON object");
      }
      reader.scanEvent();
    } catch (MalformedException e) {
      // Fields found before the damage still count: a genuine event is parked, not refused.
      return reader.reading(": " + e.getMessage());
    }
    return reader.reading("");
  }

  private void scanEvent() throws MalformedException {
    while (json.nextMember()) {
      switch (json.name()) {
        case "id" -> id = first(id, text());
        case "type" -> type = first(type, text());
        case "object" -> object = first(object, text());
        case "account" -> account = first(account, text());
        case "user_id" -> userId = first(userId, text());
        case "context" -> context = first(context, text());
        case "api_version" -> apiVersion = first(apiVersion, text());
        case "created" -> created = first(created, time());
        case "livemode" -> livemode = first(livemode, bool());
        case "data" -> scanData();
        case "related_object" -> relatedObjectId = first(relatedObjectId, idOfObject());
        default -> json.skipValue();
      }
    }
  }

  private void scanData() throws MalformedException {
    if (!json.enterObject()) {
      json.skipValue();
      return;
    }
    while (json.nextMember()) {
      if (json.nameIs("object") && json.enterObject()) {
        scanObject();
      } else {
        json.skipValue();
      }
    }
  }

  private void scanObject() throws MalformedException {
    while (json.nextMember()) {
      if (json.nameIs("id")) {
        objectId = first(objectId, text());
      } else if (json.nameIs("customer")) {
        customer = first(customer, idOrIdOfObject());
      } else {
        json.skipValue();
      }
    }
  }

  /// A reference to another object: its id, or the expanded object.
  private @Nullable String idOrIdOfObject() throws MalformedException {
    return json.isText() ? text() : idOfObject();
  }

  private @Nullable String idOfObject() throws MalformedException {
    if (!json.enterObject()) {
      json.skipValue();
      return null;
    }
    String found = null;
    while (json.nextMember()) {
      if (json.nameIs("id")) {
        found = first(found, text());
      } else {
        json.skipValue();
      }
    }
    return found;
  }

  private @Nullable String text() throws MalformedException {
    String text = json.text();
    if (text == null) {
      json.skipValue();
    }
    return text == null || text.isEmpty() ? null : text;
  }

  private @Nullable Boolean bool() throws MalformedException {
    return switch (json.bare()) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> null;
    };
  }

  /// Reads seconds since 1970 (v1 events) or an ISO 8601 time (v2 events).
  private @Nullable Instant time() throws MalformedException {
    try {
      String text = json.text();
      Instant time =
          text == null
              ? Instant.ofEpochSecond(Long.parseLong(json.bare()))
              : OffsetDateTime.parse(text).toInstant();
      return time.isBefore(CREATED_MIN) || time.isAfter(CREATED_MAX) ? null : time;
    } catch (DateTimeException | NumberFormatException e) {
      return null;
    }
  }

  private static <T> @Nullable T first(@Nullable T earlier, @Nullable T later) {
    return earlier == null ? later : earlier;
  }

  /// @param damage empty, or where the scan stopped
  private EventReading reading(String damage) {
    if (id == null || !EventId.isLegal(id)) {
      return new EventReading.Unidentified(
          (id == null ? "no event id" : "an illegal event id") + damage);
    }
    if (type == null || !EventType.isLegal(type)) {
      return new EventReading.Unidentified(
          (type == null ? "no event type" : "an illegal event type") + damage);
    }
    return new EventReading.Identified(
        new StripeEvent(
            new EventId(id),
            new EventType(type),
            AccountName.of(account, userId, context),
            apiVersion,
            created,
            livemode,
            isThin(),
            partitionKey(id),
            objectId()));
  }

  private boolean isThin() {
    return "v2.core.event".equals(object);
  }

  private String objectId() {
    String found = isThin() ? relatedObjectId : objectId;
    return found != null && VisibleAscii.is(found) ? found : "";
  }

  private String partitionKey(String eventId) {
    String key = first(first(customer, objectId), relatedObjectId);
    return key != null && isPartitionKey(key) ? key : eventId;
  }

  private static boolean isPartitionKey(String key) {
    if (key.length() > PARTITION_KEY_BYTES_MAX) {
      return false;
    }
    // A lone surrogate has no UTF-8 form. Stripe's own ids are all ASCII.
    return key.chars().allMatch(c -> c < 0x80)
        || (StandardCharsets.UTF_8.newEncoder().canEncode(key)
            && key.getBytes(StandardCharsets.UTF_8).length <= PARTITION_KEY_BYTES_MAX);
  }
}
