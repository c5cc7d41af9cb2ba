package stripebridge.core.problem;

/// Makes a user's text safe to print on one line of a message or a table.
public final class Quoted {
  // Enough to recognize a value, while the message still fits one line of a terminal.
  private static final int CHARS_MAX = 60;

  private Quoted() {}

  /// The text in single quotes, truncated when long, without characters that move the cursor.
  public static String of(String text) {
    return "'" + escaped(text, CHARS_MAX) + "'";
  }

  /// The text without quotes, truncated after `charsMax` characters. Each control, format or
  /// unpaired surrogate character is written as `\\u001b`.
  public static String escaped(String text, int charsMax) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < text.length() && at < charsMax) {
      int point = text.codePointAt(at);
      if (isVisible(point)) {
        out.appendCodePoint(point);
      } else {
        out.append(String.format("\\u%04x", point));
      }
      at += Character.charCount(point);
    }
    return at < text.length() ? out + "…" : out.toString();
  }

  private static boolean isVisible(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          // Right-to-left overrides and zero-width characters can make a value look like another
          // one.
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
