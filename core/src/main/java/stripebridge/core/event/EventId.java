package stripebridge.core.event;

/// The id of a Stripe event, `evt_…`. Deduplication, the application message id and the correlation
/// id use it.
///
/// @param text 1 to 255 visible ASCII characters
public record EventId(String text) {
  private static final String SYNTHETIC_PREFIX = "evt_e2e_";

  // The id that the dashboard's "send test webhook" gave to every made-up event.
  private static final String PLACEHOLDER = "evt_00000000000000";

  /// @throws IllegalArgumentException when the text is not a legal id; check [#isLegal] first
  public EventId {
    if (!isLegal(text)) {
      throw new IllegalArgumentException("not an event id of 1 to 255 visible ASCII characters");
    }
  }

  /// Whether a text is a legal event id.
  public static boolean isLegal(String text) {
    return VisibleAscii.is(text);
  }

  /// Whether `validate` made this event: its ids begin with `evt_e2e_`.
  public boolean isSynthetic() {
    return text.startsWith(SYNTHETIC_PREFIX);
  }

  /// Whether it is the single id that Stripe's dashboard gave to all its test events, which
  /// therefore identifies none of them.
  public boolean isPlaceholder() {
    return text.equals(PLACEHOLDER);
  }

  @Override
  public String toString() {
    return text;
  }
}
