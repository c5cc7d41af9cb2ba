package stripebridge.cli.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stripebridge.core.broker.Extras;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.Payload;
import stripebridge.core.broker.QueueMessage;
import stripebridge.core.json.Json;
import stripebridge.core.redaction.Redaction;

/// Messages without what they say of people. A payload that cannot be masked is not shown at all.
final class Redacted {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Redacted() {}

  static QueueMessage of(QueueMessage message) {
    MessageContent content = message.content();
    Map<String, Object> properties = new LinkedHashMap<>();
    content.userProperties().forEach((name, value) -> properties.put(name, masked(name, value)));
    return new QueueMessage(
        message.id(),
        message.isRedelivered(),
        message.deliveryCount(),
        content.with(properties, masked(content.extras()), masked(content.payload())));
  }

  private static Object masked(String name, Object value) {
    return switch (value) {
      // The bridge publishes none of these, so nobody knows what is in them.
      case Map<?, ?> _, List<?> _, byte[] _ -> Redaction.MASK;
      case String _ -> Redaction.isPersonal(name) ? Redaction.MASK : value;
      default -> value;
    };
  }

  /// Nobody knows what is in user data either.
  private static Extras masked(Extras extras) {
    return extras.userData() == null ? extras : extras.withUserData(Redaction.MASK.getBytes(UTF_8));
  }

  private static Payload masked(Payload payload) {
    Object structure = payload.structure();
    byte[] content = structure == null ? payload.content() : Structure.json(structure);
    return new Payload(
        payload.kind() == Payload.Kind.BYTES ? Payload.Kind.BYTES : Payload.Kind.TEXT,
        content.length == 0 ? content : masked(content),
        new byte[0],
        null);
  }

  private static byte[] masked(byte[] document) {
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
