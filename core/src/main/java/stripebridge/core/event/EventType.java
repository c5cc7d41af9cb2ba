package stripebridge.core.event;

/// The type of a Stripe event, such as `payment_intent.succeeded` or
/// `v2.core.account[configuration.customer].updated`.
///
/// @param text 1 to 255 visible ASCII characters
public record EventType(String text) {

  /// @throws IllegalArgumentException when the text is not a legal type; check [#isLegal] first
  public EventType {
    if (!isLegal(text)) {
      throw new IllegalArgumentException("not an event type of 1 to 255 visible ASCII characters");
    }
  }

  /// Whether a text is a legal event type.
  public static boolean isLegal(String text) {
    return VisibleAscii.is(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
