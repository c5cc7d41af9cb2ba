package stripebridge.core.broker;

import org.jspecify.annotations.Nullable;

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
