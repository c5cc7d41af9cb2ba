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
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.MessageContent.Extras;
import stripebridge.core.broker.Payload;
import stripebridge.core.broker.QueueMessage;
import stripebridge.core.json.Json;

/// Rebuilds a message that [MessageJson] wrote.
public final class MessageJsonReader {
  // Far more than real data: the broker's structured data is nested a few levels deep.
  private static final int DEPTH_MAX = 500;

  private final Map<String, Object> fields;

  private MessageJsonReader(Map<String, Object> fields) {
    this.fields = fields;
  }

  /// Reads one message.
  ///
  /// @param line one JSON object
  /// @throws Unreadable when [MessageJson] does not write such a line
  public static QueueMessage read(byte[] line) throws Unreadable {
    Map<String, Object> fields;
    String text = MessageJson.utf8(line).orElseThrow(() -> new Unreadable("it is not UTF-8"));
    try (JsonParser parser = Json.lenientParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Unreadable("it is not a JSON object");
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
    } catch (IllegalArgumentException e) {
      throw new Unreadable(String.valueOf(e.getMessage()));
    }
  }

  /// Why a line is not a message. Quotes nothing of it.
  public static final class Unreadable extends Exception {
    Unreadable(String message) {
      super(message);
    }
  }

  private QueueMessage message() {
    return new QueueMessage(
        text("id"),
        flag(fields, "redelivered"),
        number("delivery_count") == null
            ? OptionalInt.empty()
            : OptionalInt.of((int) number("delivery_count", 0, Integer.MAX_VALUE, 0)),
        content());
  }

  private MessageContent content() {
    Destination destination = destination(fields);
    if (destination == null) {
      throw new IllegalArgumentException("it names neither a topic nor a queue");
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
        find(fields, "reply_to", Map.class, "an object").map(this::replyTo).orElse(null),
        (int) number("priority", 0, 255, -1),
        Duration.ofMillis(number("ttl_ms", 0, Long.MAX_VALUE, 0)),
        flag(fields, "dmq_eligible"),
        find(fields, "user_properties", Map.class, "an object")
            .map(MessageJsonReader::values)
            .orElse(Map.of()),
        extras(),
        payload());
  }

  private Extras extras() {
    return new Extras(
        bytes("user_data"),
        (int) number("class_of_service", 1, 3, Extras.NONE.classOfService()),
        flag(fields, "eliding_eligible"),
        flag(fields, "deliver_to_one"),
        flag(fields, "reply"),
        number("expiration", 0, Long.MAX_VALUE, 0),
        !flag(fields, "non_persistent"),
        find(fields, "format", Map.class, "an object").map(MessageJsonReader::format).orElse(null));
  }

  private static Extras.Format format(Map<?, ?> format) {
    long number =
        find(format, "number", Long.class, "a whole number")
            .orElseThrow(() -> new IllegalArgumentException("its format has no number"));
    return new Extras.Format(
        (int) within("number", number, Byte.MIN_VALUE, 255), flag(format, "structured"));
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

  private Destination replyTo(Map<?, ?> in) {
    Destination found = destination(in);
    if (found == null) {
      throw new IllegalArgumentException("its reply_to names neither a topic nor a queue");
    }
    return found;
  }

  /// A field of the required type; empty when it is missing or null.
  private static <T> Optional<T> find(Map<?, ?> in, String name, Class<T> type, String what) {
    Object value = in.get(name);
    if (value == null || value instanceof Optional<?>) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException("its " + name + " is not " + what);
    }
    return Optional.of(type.cast(value));
  }

  private static boolean flag(Map<?, ?> in, String name) {
    return find(in, name, Boolean.class, "true or false").orElse(false);
  }

  private @Nullable String text(String name) {
    return find(fields, name, String.class, "a text").orElse(null);
  }

  private @Nullable Long number(String name) {
    return find(fields, name, Long.class, "a whole number").orElse(null);
  }

  private long number(String name, long min, long max, long otherwise) {
    Long number = number(name);
    return number == null ? otherwise : within(name, number, min, max);
  }

  private static long within(String name, long number, long min, long max) {
    if (number < min || number > max) {
      throw new IllegalArgumentException(
          "its %s is not a whole number from %d to %d".formatted(name, min, max));
    }
    return number;
  }

  private byte @Nullable [] bytes(String name) {
    String text = text(name);
    if (text != null) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    String base64 = text(name + MessageJson.BASE64);
    return base64 == null ? null : decoded(name + MessageJson.BASE64, base64);
  }

  private static byte[] decoded(String name, String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("its " + name + " is not Base64");
    }
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
            case "integer" -> (int) within(type, number, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "short" -> (short) within(type, number, Short.MIN_VALUE, Short.MAX_VALUE);
            case "byte" -> (byte) within(type, number, Byte.MIN_VALUE, Byte.MAX_VALUE);
            default -> throw unknown(type);
          };
      case String text ->
          switch (type) {
            case "float" -> decimal(type, text).floatValue();
            case "double" -> decimal(type, text);
            case "character" -> character(text);
            case "bytes" -> decoded(type, text);
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

  private static Double decimal(String type, String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException("a user property of type " + type + " is not a number");
    }
  }

  private static char character(String text) {
    if (text.length() != 1) {
      throw new IllegalArgumentException("a user property of type character is not one character");
    }
    return text.charAt(0);
  }

  private static IllegalArgumentException unknown(String type) {
    return new IllegalArgumentException("a user property is of an unknown type '" + type + "'");
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException, Unreadable {
    requireShallow(parser);
    Map<String, Object> object = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      object.put(name, json(parser, parser.nextToken()));
    }
    return object;
  }

  private static void requireShallow(JsonParser parser) throws Unreadable {
    if (parser.getParsingContext().getNestingDepth() > DEPTH_MAX) {
      throw new Unreadable("it is nested more than %d levels deep".formatted(DEPTH_MAX));
    }
  }

  private static Object json(JsonParser parser, JsonToken token) throws IOException, Unreadable {
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        requireShallow(parser);
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
