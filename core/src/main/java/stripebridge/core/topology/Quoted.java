package stripebridge.core.topology;

/// What a user wrote, made fit for one line of a message.
final class Quoted {
  private static final int CHARS_MAX = 60;

  private Quoted() {}

  /// The text in quotes, its control characters made visible, and cut when it is long.
  static String of(String text) {
    StringBuilder out = new StringBuilder("'");
    int end = Math.min(text.length(), CHARS_MAX);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      boolean plain = !Character.isISOControl(c) && !Character.isSurrogate(c);
      boolean pair = Character.isSurrogate(c) && isPaired(text, i);
      if (plain || pair) {
        out.append(c);
      } else {
        out.append(String.format("\\u%04x", (int) c));
      }
    }
    return out.append(end < text.length() ? "…'" : "'").toString();
  }

  /// Whether every surrogate has its other half, so that the text can be written as UTF-8.
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i)) && !isPaired(text, i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPaired(String text, int at) {
    char c = text.charAt(at);
    return Character.isHighSurrogate(c)
        ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
        : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
  }
}
