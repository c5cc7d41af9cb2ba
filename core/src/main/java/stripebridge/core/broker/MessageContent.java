package stripebridge.core.broker;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything in a message that its publisher set, so that a copy can be published.
///
/// @param senderTimestamp milliseconds since 1970
/// @param timeToLive as published, not what remains of it; zero for no expiry
/// @param priority 0 to 255; -1 for none
/// @param userProperties by name: `String`, `Boolean`, Java's number types, `Character`, `byte[]`,
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

  /// A user property, if it is a text.
  public @Nullable String text(String property) {
    return userProperties.get(property) instanceof String text ? text : null;
  }

  /// The same message for another destination.
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

  /// Properties that only other publishers set; the bridge never does.
  ///
  /// @param userData the publisher's own bytes; null for none
  /// @param classOfService 1 to 3
  /// @param elidingEligible whether a later message of the same topic may replace this one
  /// @param deliverToOne whether only one of several subscribers gets it
  /// @param isReply whether it is a reply to a request
  /// @param expiration milliseconds since 1970; 0 for none
  /// @param isPersistent whether it was published as PERSISTENT and not as NON_PERSISTENT
  /// @param format the message's declared format; null when it is the default of its kind
  // Nobody compares the array, and a copy on each access would be expensive.
  @SuppressWarnings("ArrayRecordComponent")
  public record Extras(
      byte @Nullable [] userData,
      int classOfService,
      boolean elidingEligible,
      boolean deliverToOne,
      boolean isReply,
      long expiration,
      boolean isPersistent,
      @Nullable Format format) {
    /// The properties of the bridge's own messages.
    public static final Extras NONE = new Extras(null, 1, false, false, false, 0, true, null);

    /// The declared format of a message, such as a JMS object message.
    ///
    /// @param number the number that the broker's clients use
    /// @param isStructured whether it declares structured data (SDT)
    public record Format(int number, boolean isStructured) {}

    /// The same properties with other user data.
    public Extras withUserData(byte @Nullable [] newUserData) {
      return new Extras(
          newUserData,
          classOfService,
          elidingEligible,
          deliverToOne,
          isReply,
          expiration,
          isPersistent,
          format);
    }
  }
}
