package stripebridge.cli.messages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.Destination;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.QueueMessage;
import stripebridge.core.json.Json;

/// Looks up facts about a message by name: first the message's own properties, then its user
/// properties, then the fields of its envelope. A path (`data.status`) reaches nested fields.
public final class MessageFacts {
  /// Stands for a missing event type.
  public static final String UNKNOWN = "unknown";

  private MessageFacts() {}

  /// A fact as text, such as `invoice.paid`, `true` or `7`; empty when there is no such fact, or it
  /// is an object or array.
  public static Optional<String> of(QueueMessage message, String name) {
    MessageContent content = message.content();
    return switch (name) {
      case "id" -> Optional.ofNullable(message.id());
      case "redelivered" -> Optional.of(String.valueOf(message.isRedelivered()));
      case "delivery_count" ->
          message.deliveryCount().stream().mapToObj(String::valueOf).findFirst();
      default -> of(content, name);
    };
  }

  /// A fact of a message that is in no queue.
  public static Optional<String> of(MessageContent content, String name) {
    return switch (name) {
      case "topic" ->
          content.destination().kind() == Destination.Kind.TOPIC
              ? Optional.of(content.destination().name())
              : Optional.empty();
      case "application_message_id" -> Optional.ofNullable(content.applicationMessageId());
      case "correlation_id" -> Optional.ofNullable(content.correlationId());
      case "content_type" -> Optional.ofNullable(content.contentType());
      case "dmq_eligible" -> Optional.of(String.valueOf(content.dmqEligible()));
      case "ttl_ms" -> Optional.of(String.valueOf(content.timeToLive().toMillis()));
      default -> {
        Object property = content.userProperties().get(name);
        yield property == null
            ? field(content.payload().content(), name)
            : Optional.of(String.valueOf(property));
      }
    };
  }

  /// The event type; [#UNKNOWN] when the message has none.
  public static String eventType(MessageContent content) {
    return of(content, "event_type").orElse(UNKNOWN);
  }

  /// A name for the message: its application message id, which is the event's id, else the
  /// broker's.
  public static String name(QueueMessage message) {
    String named = message.content().applicationMessageId();
    return named != null ? named : message.id() != null ? message.id() : "a message without an id";
  }

  /// When the bridge received the event, else when the message was sent; empty when the message has
  /// neither time.
  public static Optional<Instant> since(MessageContent content) {
    Optional<Instant> received = of(content, "bridge_received_at").flatMap(MessageFacts::instant);
    return received.isPresent()
        ? received
        : Optional.ofNullable(content.senderTimestamp()).map(Instant::ofEpochMilli);
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  /// A scalar of a JSON document, by its path; empty when the document is not JSON.
  public static Optional<String> field(byte[] document, String path) {
    try (JsonParser parser = Json.lenientParser(Json.withoutByteOrderMark(document))) {
      return Optional.ofNullable(find(parser, List.of(path.split("\\.", -1))));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static @Nullable String find(JsonParser parser, List<String> path) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return null;
    }
    int level = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean isOnPath = parser.currentName().equals(path.get(level));
      JsonToken value = parser.nextToken();
      if (!isOnPath) {
        parser.skipChildren();
      } else if (level == path.size() - 1) {
        return value.isScalarValue() && value != JsonToken.VALUE_NULL ? parser.getText() : null;
      } else if (value == JsonToken.START_OBJECT) {
        level++;
      } else {
        return null;
      }
    }
    return null;
  }
}
