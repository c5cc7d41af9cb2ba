package stripebridge.core.problem;

/// What a user wrote, made fit for one line of a message or a table.
public final class Quoted {
  // Enough to recognize a value by; a message stays one line on a terminal.
  private static final int CHARS_MAX = 60;

  private Quoted() {}

  /// The text in single quotes, cut when it is long, without a character that moves the cursor.
  public static String of(String text) {
    return "'" + escaped(text, CHARS_MAX) + "'";
  }

  /// The text without quotes, whole up to `charsMax` characters, each control, format and unpaired
  /// surrogate character written as `\\u001b`.
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
          // Right-to-left overrides and zero-width characters make a value look like another one.
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
