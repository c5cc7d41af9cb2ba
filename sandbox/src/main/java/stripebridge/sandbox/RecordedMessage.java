package stripebridge.sandbox;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import stripebridge.sandbox.internal.broker.Broker;
import stripebridge.sandbox.internal.smf.MessageParts;
import stripebridge.sandbox.internal.smf.Sdt;

/// A message that reached a queue, as its publisher sent it.
///
/// @param destination the topic or queue it was published to
/// @param payload the binary attachment, or the XML part when there is no attachment; for a text
///   message, its text in UTF-8
/// @param properties the user properties, as `Boolean`, `Long`, `Double`, `String`, `byte[]` and so
///   on
/// @param replicationGroupMessageId the id that clients and SEMP show
/// @param timeToLive zero means no expiry
// The payload is a copy; the broker does not share it.
@SuppressWarnings("ArrayRecordComponent")
public record RecordedMessage(
    String destination,
    boolean isToQueue,
    byte[] payload,
    Map<String, Object> properties,
    Optional<String> applicationMessageId,
    Optional<String> applicationMessageType,
    Optional<String> correlationId,
    Optional<String> httpContentType,
    Optional<String> senderId,
    Optional<String> replyTo,
    boolean isPersistent,
    boolean isDmqEligible,
    int priority,
    Duration timeToLive,
    String replicationGroupMessageId,
    Instant spooledAt) {

  private static final String PARTITION_KEY = "JMSXGroupID";

  static RecordedMessage of(Broker.Recording recording) {
    MessageParts parts = recording.parts();
    LinkedHashMap<String, Object> properties = new LinkedHashMap<>();
    parts
        .properties()
        .forEach((name, value) -> {
          if (name instanceof String text && value != null) {
            properties.put(text, value);
          }
        });
    return new RecordedMessage(
        parts.destination(),
        parts.isToQueue(),
        payload(parts),
        properties,
        text(parts, "mi"),
        text(parts, "mt"),
        text(parts, "ci"),
        text(parts, "ct"),
        text(parts, "si"),
        text(parts, "rt"),
        parts.isPersistent(),
        recording.isDmqEligible(),
        recording.priority(),
        Duration.ofMillis(recording.timeToLive()),
        recording.replicationGroupId(),
        Instant.ofEpochMilli(recording.spooledMillis()));
  }

  private static Optional<String> text(MessageParts parts, String key) {
    return parts
        .header(key)
        .map(value -> value instanceof Sdt.Destination to ? to.name() : value.toString());
  }

  private static byte[] payload(MessageParts parts) {
    if (parts.attachment().length == 0) {
      return parts.xml();
    }
    return parts.structuredAttachment() instanceof String text && parts.isText()
        ? text.getBytes(StandardCharsets.UTF_8)
        : parts.attachment();
  }

  /// The payload as UTF-8 text.
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  public Optional<String> partitionKey() {
    return Optional.ofNullable(properties.get(PARTITION_KEY)).map(Object::toString);
  }
}
