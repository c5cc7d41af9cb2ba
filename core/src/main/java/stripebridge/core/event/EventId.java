package stripebridge.core.event;

/// The id of a Stripe event, `evt_…`: what deduplication, the application message id and the
/// correlation id go by.
///
/// @param text 1 to 255 visible ASCII characters
public record EventId(String text) {
  private static final String SYNTHETIC_PREFIX = "evt_e2e_";

  // What the dashboard's "send test webhook" gave to every event that it made up.
  private static final String PLACEHOLDER = "evt_00000000000000";

  /// @throws IllegalArgumentException when the text is no id; ask [#isLegal] first
  public EventId {
    if (!isLegal(text)) {
      throw new IllegalArgumentException("not an event id of 1 to 255 visible ASCII characters");
    }
  }

  /// Whether a text can be an event id.
  public static boolean isLegal(String text) {
    return VisibleAscii.is(text);
  }

  /// Whether `validate` made this event: its ids begin with `evt_e2e_`.
  public boolean isSynthetic() {
    return text.startsWith(SYNTHETIC_PREFIX);
  }

  /// Whether it is the one id that Stripe's dashboard gives to all its test events: it names none
  /// of them.
  public boolean isPlaceholder() {
    return text.equals(PLACEHOLDER);
  }

  @Override
  public String toString() {
    return text;
  }
}
