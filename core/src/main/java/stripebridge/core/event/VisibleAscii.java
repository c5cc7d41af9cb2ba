package stripebridge.core.event;

/// The characters allowed in Stripe's ids and types. The check keeps control characters and spaces
/// out of log lines, message headers and topics.
final class VisibleAscii {
  // Stripe guarantees that an id has at most 255 characters.
  private static final int LENGTH_MAX = 255;

  private VisibleAscii() {}

  static boolean is(String text) {
    if (text.isEmpty() || text.length() > LENGTH_MAX) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }
}
