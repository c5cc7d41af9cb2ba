package stripebridge.cli.messages;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.Destination;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.MessageContent.Extras;
import stripebridge.core.broker.Payload;
import stripebridge.core.broker.QueueMessage;

/// Writes a message as one JSON object with everything that its publisher set, so that
/// [MessageJsonReader] can rebuild the same message.
///
/// Bytes become text if they are valid UTF-8, else base64 in a field whose name ends in `_base64`.
/// User properties of type string and boolean are written as they are; other types as an object
/// that names the type: `{"long":7}`.
public final class MessageJson {
  static final String PAYLOAD = "payload";

  /// The suffix of fields whose bytes are not text.
  static final String BASE64 = "_base64";

  private static final int ASCII_MAX = 0x7f;
  private static final char REPLACEMENT = '\uFFFD';

  private MessageJson() {}

  /// Writes the fields of a message into the current object.
  public static void writeFields(QueueMessage message, JsonGenerator to) throws IOException {
    MessageContent content = message.content();
    writeDestination(content.destination(), to);
    writeText("id", message.id(), to);
    to.writeBooleanField("redelivered", message.isRedelivered());
    if (message.deliveryCount().isPresent()) {
      to.writeNumberField("delivery_count", message.deliveryCount().getAsInt());
    }
    writeText("application_message_id", content.applicationMessageId(), to);
    writeText("correlation_id", content.correlationId(), to);
    writeText("application_message_type", content.applicationMessageType(), to);
    writeText("content_type", content.contentType(), to);
    writeText("content_encoding", content.contentEncoding(), to);
    writeText("sender_id", content.senderId(), to);
    writeNumber("sender_timestamp", content.senderTimestamp(), to);
    writeNumber("sequence_number", content.sequenceNumber(), to);
    if (content.replyTo() != null) {
      to.writeFieldName("reply_to");
      to.writeStartObject();
      writeDestination(content.replyTo(), to);
      to.writeEndObject();
    }
    if (content.priority() >= 0) {
      to.writeNumberField("priority", content.priority());
    }
    to.writeNumberField("ttl_ms", content.timeToLive().toMillis());
    to.writeBooleanField("dmq_eligible", content.dmqEligible());
    to.writeFieldName("user_properties");
    writeMap(content.userProperties(), to);
    writeExtras(content.extras(), to);
    Payload payload = content.payload();
    to.writeStringField("payload_kind", PayloadKinds.name(payload.kind()));
    writeAttachment(payload, to);
    if (payload.xml().length > 0) {
      writeBytes("xml", payload.xml(), to);
    }
  }

  /// Writes only values that differ from the default.
  private static void writeExtras(Extras extras, JsonGenerator to) throws IOException {
    if (extras.userData() != null) {
      writeBytes("user_data", extras.userData(), to);
    }
    if (extras.classOfService() != Extras.NONE.classOfService()) {
      to.writeNumberField("class_of_service", extras.classOfService());
    }
    writeIf(extras.elidingEligible(), "eliding_eligible", to);
    writeIf(extras.deliverToOne(), "deliver_to_one", to);
    writeIf(extras.isReply(), "reply", to);
    if (extras.expiration() != 0) {
      to.writeNumberField("expiration", extras.expiration());
    }
    writeIf(!extras.isPersistent(), "non_persistent", to);
    Extras.Format format = extras.format();
    if (format != null) {
      to.writeObjectFieldStart("format");
      to.writeNumberField("number", format.number());
      to.writeBooleanField("structured", format.isStructured());
      to.writeEndObject();
    }
  }

  private static void writeIf(boolean flag, String name, JsonGenerator to) throws IOException {
    if (flag) {
      to.writeBooleanField(name, true);
    }
  }

  /// For the kind text, `""` is an empty text and null no attachment. For all other kinds `""`
  /// means no attachment, as in files of older releases, and empty base64 an empty attachment.
  private static void writeAttachment(Payload payload, JsonGenerator to) throws IOException {
    byte[] attachment = payload.attachment();
    if (payload.kind() == Payload.Kind.TEXT) {
      if (attachment == null) {
        to.writeNullField(PAYLOAD);
      } else {
        writeBytes(PAYLOAD, attachment, to);
      }
    } else if (attachment == null) {
      to.writeStringField(PAYLOAD, "");
    } else if (attachment.length == 0) {
      to.writeBinaryField(PAYLOAD + BASE64, attachment);
    } else {
      writeBytes(PAYLOAD, attachment, to);
    }
  }

  private static void writeDestination(Destination destination, JsonGenerator to)
      throws IOException {
    to.writeFieldName(destination.kind() == Destination.Kind.TOPIC ? "topic" : "queue");
    writeString(destination.name(), to);
  }

  private static void writeText(String name, @Nullable String text, JsonGenerator to)
      throws IOException {
    if (text != null) {
      to.writeFieldName(name);
      writeString(text, to);
    }
  }

  /// Java strings, and so a broker's, can contain a lone surrogate, which UTF-8 cannot encode.
  private static void writeString(String text, JsonGenerator to) throws IOException {
    boolean isEscaped = hasLoneSurrogate(text);
    if (isEscaped) {
      to.setHighestNonEscapedChar(ASCII_MAX);
    }
    to.writeString(text);
    if (isEscaped) {
      to.setHighestNonEscapedChar(0);
    }
  }

  private static void writeName(String name, JsonGenerator to) throws IOException {
    boolean isEscaped = hasLoneSurrogate(name);
    if (isEscaped) {
      to.setHighestNonEscapedChar(ASCII_MAX);
    }
    to.writeFieldName(name);
    if (isEscaped) {
      to.setHighestNonEscapedChar(0);
    }
  }

  private static boolean hasLoneSurrogate(String text) {
    // Once for each name and value of a message: a stream would cost more than writing them.
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (Character.isSurrogate(each)) {
        boolean isPair =
            i + 1 < text.length() && Character.isSurrogatePair(each, text.charAt(i + 1));
        if (!isPair) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  private static void writeNumber(String name, @Nullable Long number, JsonGenerator to)
      throws IOException {
    if (number != null) {
      to.writeNumberField(name, number);
    }
  }

  private static void writeBytes(String name, byte[] bytes, JsonGenerator to) throws IOException {
    if (utf8(bytes).isPresent()) {
      to.writeFieldName(name);
      // Not the decoded text, which the library would encode again character by character.
      to.writeUTF8String(bytes, 0, bytes.length);
    } else {
      to.writeBinaryField(name + BASE64, bytes);
    }
  }

  /// Decodes bytes; empty when they are not valid UTF-8.
  public static Optional<String> utf8(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) < 0) {
      return Optional.of(text);
    }
    // It stands for invalid bytes, or for itself.
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }

  private static void writeMap(Map<?, ?> map, JsonGenerator to) throws IOException {
    to.writeStartObject();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      writeName(String.valueOf(entry.getKey()), to);
      writeValue(entry.getValue(), to);
    }
    to.writeEndObject();
  }

  /// Writes one value of a user property, map or stream.
  public static void writeValue(Object value, JsonGenerator to) throws IOException {
    switch (value) {
      case String text -> writeString(text, to);
      case Boolean flag -> to.writeBoolean(flag);
      case Optional<?> _ -> to.writeNull();
      default -> {
        to.writeStartObject();
        writeTyped(value, to);
        to.writeEndObject();
      }
    }
  }

  private static void writeTyped(Object value, JsonGenerator to) throws IOException {
    switch (value) {
      case Long number -> to.writeNumberField("long", number);
      case Integer number -> to.writeNumberField("integer", number);
      case Short number -> to.writeNumberField("short", number);
      case Byte number -> to.writeNumberField("byte", number);
      // As text: JSON has no infinity.
      case Float number -> to.writeStringField("float", number.toString());
      case Double number -> to.writeStringField("double", number.toString());
      case Character character -> {
        to.writeFieldName("character");
        writeString(character.toString(), to);
      }
      case byte[] bytes -> to.writeBinaryField("bytes", bytes);
      case Destination destination -> writeDestination(destination, to);
      case Map<?, ?> map -> {
        to.writeFieldName("map");
        writeMap(map, to);
      }
      case List<?> list -> {
        to.writeArrayFieldStart("stream");
        for (Object each : list) {
          writeValue(each, to);
        }
        to.writeEndArray();
      }
      default ->
          throw new IllegalArgumentException(
              "a user property cannot be a " + value.getClass().getName());
    }
  }
}
