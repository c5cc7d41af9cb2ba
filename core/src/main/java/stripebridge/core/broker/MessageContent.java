package stripebridge.core.broker;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All of a message that its publisher gave it, so that a copy can be published.
///
/// @param senderTimestamp milliseconds since 1970
/// @param timeToLive as it was published, whatever is left of it; zero for ever
/// @param priority 0 to 255; -1 for none
/// @param userProperties by name: texts, switches, numbers of Java's types, `Character`, `byte[]`,
///   [Destination], `Map`, `List`, and `Optional.empty()` for null
public record MessageContent(
    Destination destination,
    @Nullable String applicationMessageId,
    @Nullable String correlationId,
    @Nullable String applicationMessageType,
    @Nullable String contentType,
    @Nullable String contentEncoding,
    @Nullable String senderId,
    @Nullable Long senderTimestamp,
    @Nullable Long sequenceNumber,
    @Nullable Destination replyTo,
    int priority,
    Duration timeToLive,
    boolean dmqEligible,
    Map<String, Object> userProperties,
    Extras extras,
    Payload payload) {
  public MessageContent {
    userProperties = Collections.unmodifiableMap(new LinkedHashMap<>(userProperties));
  }

  /// A user property that is a text.
  public @Nullable String text(String property) {
    return userProperties.get(property) instanceof String text ? text : null;
  }

  /// The same message, made ready to be published once more.
  public MessageContent with(
      Destination newDestination,
      Duration newTimeToLive,
      boolean newDmqEligible,
      Map<String, Object> newUserProperties) {
    return new MessageContent(
        newDestination,
        applicationMessageId,
        correlationId,
        applicationMessageType,
        contentType,
        contentEncoding,
        senderId,
        senderTimestamp,
        sequenceNumber,
        replyTo,
        priority,
        newTimeToLive,
        newDmqEligible,
        newUserProperties,
        extras,
        payload);
  }

  /// The same message about something else.
  public MessageContent with(
      Map<String, Object> newUserProperties, Extras newExtras, Payload newPayload) {
    return new MessageContent(
        destination,
        applicationMessageId,
        correlationId,
        applicationMessageType,
        contentType,
        contentEncoding,
        senderId,
        senderTimestamp,
        sequenceNumber,
        replyTo,
        priority,
        timeToLive,
        dmqEligible,
        newUserProperties,
        newExtras,
        newPayload);
  }
}
