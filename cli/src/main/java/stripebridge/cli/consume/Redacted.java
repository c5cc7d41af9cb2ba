package stripebridge.cli.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.MessageContent.Extras;
import stripebridge.core.broker.Payload;
import stripebridge.core.broker.QueueMessage;
import stripebridge.core.json.Json;
import stripebridge.core.redaction.Redaction;

/// Masks personal data in a message's payload and properties, by the rules of [Redaction]. Data
/// that cannot be masked is left out.
final class Redacted {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final Pattern CONTENT_TYPE =
      Pattern.compile("[a-z]{1,32}/[a-z0-9.+-]{1,64}(?:; ?charset=[A-Za-z0-9-]{1,32})?");
  private static final Pattern WORD = Pattern.compile("[a-z]{1,32}");

  private Redacted() {}

  static QueueMessage of(QueueMessage message) {
    return new QueueMessage(
        message.id(), message.isRedelivered(), message.deliveryCount(), masked(message.content()));
  }

  private static MessageContent masked(MessageContent content) {
    return new MessageContent(
        content.destination(),
        id(content.applicationMessageId()),
        id(content.correlationId()),
        id(content.applicationMessageType()),
        matching(CONTENT_TYPE, content.contentType()),
        matching(WORD, content.contentEncoding()),
        // The bridge sets none; other publishers name a client or its user.
        content.senderId() == null ? null : Redaction.MASK,
        content.senderTimestamp(),
        content.sequenceNumber(),
        content.replyTo(),
        content.priority(),
        content.timeToLive(),
        content.dmqEligible(),
        masked(content.userProperties()),
        masked(content.extras()),
        masked(content.payload()));
  }

  private static @Nullable String id(@Nullable String text) {
    return text == null ? null : Redaction.text("id", text);
  }

  private static @Nullable String matching(Pattern pattern, @Nullable String text) {
    return text == null || pattern.matcher(text).matches() ? text : Redaction.MASK;
  }

  private static Map<String, Object> masked(Map<String, Object> properties) {
    Map<String, Object> masked = new LinkedHashMap<>();
    properties.forEach((name, value) -> {
      String shown = Redaction.name(name);
      for (int more = 2; masked.containsKey(shown); more++) {
        shown = Redaction.MASK + more;
      }
      masked.put(shown, masked(name, value));
    });
    return masked;
  }

  private static Object masked(String name, Object value) {
    return switch (value) {
      case Boolean _, Optional<?> _ -> value;
      case String text -> Redaction.text(name, text);
      case Number _ -> Redaction.showsNumber(name) ? value : Redaction.MASK;
      // The bridge publishes no other types, so the content is unknown.
      default -> Redaction.MASK;
    };
  }

  /// The content of user data is unknown too.
  private static Extras masked(Extras extras) {
    return extras.userData() == null ? extras : extras.withUserData(Redaction.MASK.getBytes(UTF_8));
  }

  private static Payload masked(Payload payload) {
    Object structure = payload.structure();
    byte[] attachment = structure == null ? payload.attachment() : Structure.json(structure);
    return new Payload(
        switch (payload.kind()) {
          case BYTES, XML -> payload.kind();
          case TEXT, MAP, STREAM -> Payload.Kind.TEXT;
        },
        attachment == null ? null : masked(attachment),
        masked(payload.xml()),
        null);
  }

  private static byte[] masked(byte[] document) {
    if (document.length == 0) {
      return document;
    }
    ByteArrayOutputStream masked = new ByteArrayOutputStream();
    try (JsonGenerator generator = FACTORY.createGenerator(masked)) {
      Redaction.copy(document, generator);
    } catch (IOException e) {
      String why = Json.malformedAt(e);
      return "(%,d bytes that cannot be masked: %s)"
          .formatted(document.length, why)
          .getBytes(UTF_8);
    }
    return masked.toByteArray();
  }
}
