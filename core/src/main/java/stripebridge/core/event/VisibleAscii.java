package stripebridge.core.event;

/// The alphabet of Stripe's names. It keeps control characters and spaces out of log lines, message
/// headers and topics, whatever a sender writes.
final class VisibleAscii {
  // Stripe promises at most 255 characters for an id.
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
