package stripebridge.cli.messages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.Destination;
import stripebridge.core.broker.Extras;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.Payload;
import stripebridge.core.broker.QueueMessage;
import stripebridge.core.json.Json;

/// Makes a message of what [MessageJson] wrote.
public final class MessageJsonReader {
  private final Map<String, Object> fields;

  private MessageJsonReader(Map<String, Object> fields) {
    this.fields = fields;
  }

  /// Reads one message.
  ///
  /// @param line one JSON object
  /// @throws Unreadable when it is not what [MessageJson] writes
  public static QueueMessage read(byte[] line) throws Unreadable {
    Map<String, Object> fields;
    String text = MessageJson.utf8(line).orElseThrow(() -> new Unreadable("it is no UTF-8"));
    try (JsonParser parser = Json.lenientParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Unreadable("it is no JSON object");
      }
      fields = object(parser);
      if (parser.nextToken() != null) {
        throw new Unreadable("something follows the JSON object");
      }
    } catch (IOException e) {
      throw new Unreadable("it is " + Json.malformedAt(e));
    }
    try {
      return new MessageJsonReader(fields).message();
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      throw new Unreadable(String.valueOf(e.getMessage()));
    }
  }

  /// A line is no message; says why, and quotes nothing of it.
  public static final class Unreadable extends Exception {
    Unreadable(String message) {
      super(message);
    }
  }

  private QueueMessage message() {
    return new QueueMessage(
        text("id"),
        Boolean.TRUE.equals(fields.get("redelivered")),
        fields.get("delivery_count") instanceof Long count
            ? OptionalInt.of(Math.toIntExact(count))
            : OptionalInt.empty(),
        content());
  }

  private MessageContent content() {
    Destination destination = destination(fields);
    if (destination == null) {
      throw new IllegalArgumentException("it names no topic and no queue");
    }
    return new MessageContent(
        destination,
        text("application_message_id"),
        text("correlation_id"),
        text("application_message_type"),
        text("content_type"),
        text("content_encoding"),
        text("sender_id"),
        number("sender_timestamp"),
        number("sequence_number"),
        fields.get("reply_to") instanceof Map<?, ?> map ? destination(map) : null,
        fields.get("priority") instanceof Long priority ? Math.toIntExact(priority) : -1,
        Duration.ofMillis(fields.get("ttl_ms") instanceof Long ttl ? ttl : 0),
        Boolean.TRUE.equals(fields.get("dmq_eligible")),
        fields.get("user_properties") instanceof Map<?, ?> map ? values(map) : Map.of(),
        extras(),
        payload());
  }

  private Extras extras() {
    return new Extras(
        bytes("user_data"),
        fields.get("class_of_service") instanceof Long number
            ? Math.toIntExact(number)
            : Extras.NONE.classOfService(),
        Boolean.TRUE.equals(fields.get("eliding_eligible")),
        Boolean.TRUE.equals(fields.get("deliver_to_one")),
        Boolean.TRUE.equals(fields.get("reply")),
        fields.get("expiration") instanceof Long expiration ? expiration : 0,
        !Boolean.TRUE.equals(fields.get("non_persistent")),
        fields.get("format") instanceof Map<?, ?> format ? format(format) : null);
  }

  private static Extras.Format format(Map<?, ?> format) {
    if (!(format.get("number") instanceof Long number)) {
      throw new IllegalArgumentException("its format has no number");
    }
    return new Extras.Format(
        Math.toIntExact(number), Boolean.TRUE.equals(format.get("structured")));
  }

  private Payload payload() {
    Payload.Kind kind =
        PayloadKinds.of(String.valueOf(fields.get("payload_kind")))
            .orElseThrow(() -> new IllegalArgumentException("its payload_kind is unknown"));
    boolean isNone = kind != Payload.Kind.TEXT && "".equals(text(MessageJson.PAYLOAD));
    byte[] xml = bytes("xml");
    return new Payload(
        kind, isNone ? null : bytes(MessageJson.PAYLOAD), xml == null ? new byte[0] : xml, null);
  }

  private @Nullable String text(String name) {
    return fields.get(name) instanceof String text ? text : null;
  }

  private @Nullable Long number(String name) {
    return fields.get(name) instanceof Long number ? number : null;
  }

  private byte @Nullable [] bytes(String name) {
    String text = text(name);
    if (text != null) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    String base64 = text(name + MessageJson.BASE64);
    return base64 == null ? null : Base64.getDecoder().decode(base64);
  }

  private static @Nullable Destination destination(Map<?, ?> in) {
    return in.get("topic") instanceof String topic
        ? Destination.topic(topic)
        : in.get("queue") instanceof String queue ? Destination.queue(queue) : null;
  }

  private static Map<String, Object> values(Map<?, ?> tagged) {
    Map<String, Object> values = new LinkedHashMap<>();
    tagged.forEach((name, value) -> values.put(String.valueOf(name), value(value)));
    return values;
  }

  private static Object value(@Nullable Object json) {
    return switch (json) {
      case String text -> text;
      case Boolean flag -> flag;
      case Optional<?> nothing -> nothing;
      case Map<?, ?> map when map.size() == 1 -> {
        Map.Entry<?, ?> only = map.entrySet().iterator().next();
        yield typed(String.valueOf(only.getKey()), only.getValue());
      }
      case null, default -> throw new IllegalArgumentException("a user property has no type");
    };
  }

  private static Object typed(String type, @Nullable Object value) {
    return switch (value) {
      case Long number ->
          switch (type) {
            case "long" -> number;
            case "integer" -> Math.toIntExact(number);
            case "short" -> number.shortValue();
            case "byte" -> number.byteValue();
            default -> throw unknown(type);
          };
      case String text ->
          switch (type) {
            case "float" -> Float.valueOf(text);
            case "double" -> Double.valueOf(text);
            case "character" -> text.charAt(0);
            case "bytes" -> Base64.getDecoder().decode(text);
            case "topic" -> Destination.topic(text);
            case "queue" -> Destination.queue(text);
            default -> throw unknown(type);
          };
      case Map<?, ?> map when type.equals("map") -> values(map);
      case List<?> list when type.equals("stream") ->
          list.stream().map(MessageJsonReader::value).toList();
      case null, default -> throw unknown(type);
    };
  }

  private static IllegalArgumentException unknown(String type) {
    return new IllegalArgumentException("a user property is of an unknown type '" + type + "'");
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      object.put(name, json(parser, parser.nextToken()));
    }
    return object;
  }

  private static Object json(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(json(parser, parser.currentToken()));
        }
        yield list;
      }
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> Optional.empty();
      default -> parser.getText();
    };
  }
}
