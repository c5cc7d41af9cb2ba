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

  /// What the bridge gives no message, and other publishers may.
  ///
  /// @param userData bytes that mean something to those who wrote them; absent when there are none
  /// @param classOfService 1 to 3
  /// @param elidingEligible whether a later message of the topic may stand for this one
  /// @param deliverToOne whether one of several subscribers gets it
  /// @param isReply whether it answers a request
  /// @param expiration milliseconds since 1970; 0 for none
  /// @param isPersistent whether it was published as that, and not as NON_PERSISTENT
  /// @param format what it says of its format; absent when it says what its kind does
  // A copy at each reading would cost more than an array that nobody compares.
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
    /// Those of a message of the bridge.
    public static final Extras NONE = new Extras(null, 1, false, false, false, 0, true, null);

    /// What a message says of its own format, such as that it is an object of Java's messaging (JMS).
    ///
    /// @param number as the broker's clients number them
    /// @param isStructured whether it is said to hold structured data (SDT)
    public record Format(int number, boolean isStructured) {}

    /// The same with other user data.
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
