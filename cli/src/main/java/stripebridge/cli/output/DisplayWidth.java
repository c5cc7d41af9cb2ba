package stripebridge.cli.output;

import org.jline.utils.WCWidth;

/// Measures and fits text in terminal columns: CJK characters and emoji take two, combining marks
/// none.
public final class DisplayWidth {
  private DisplayWidth() {}

  /// The number of columns that a text without control characters takes.
  public static int of(String text) {
    return text.codePoints().map(DisplayWidth::of).sum();
  }

  private static int of(int codePoint) {
    return Math.max(0, WCWidth.wcwidth(codePoint));
  }

  /// Fills up with spaces on the right. Longer text stays as it is.
  public static String padded(String text, int columns) {
    return text + gap(text, columns);
  }

  /// Fills up with spaces on the left. Longer text stays as it is.
  public static String paddedLeft(String text, int columns) {
    return gap(text, columns) + text;
  }

  private static String gap(String text, int columns) {
    return " ".repeat(Math.max(0, columns - of(text)));
  }

  /// The text, or its beginning and an ellipsis.
  public static String cut(String text, int columns, char ellipsis) {
    return of(text) <= columns ? text : head(text, columns - 1) + ellipsis;
  }

  /// The text, or its beginning and end around an ellipsis.
  public static String cutMiddle(String text, int columns, char ellipsis) {
    if (of(text) <= columns) {
      return text;
    }
    int tail = (columns - 1) / 2;
    return head(text, columns - 1 - tail) + ellipsis + tail(text, tail);
  }

  /// The longest beginning that fits. A character is never split.
  static String head(String text, int columns) {
    int width = 0;
    int end = 0;
    while (end < text.length()) {
      int codePoint = text.codePointAt(end);
      width += of(codePoint);
      if (width > columns) {
        break;
      }
      end += Character.charCount(codePoint);
    }
    return text.substring(0, end);
  }

  private static String tail(String text, int columns) {
    int width = 0;
    int start = text.length();
    while (start > 0) {
      int codePoint = text.codePointBefore(start);
      width += of(codePoint);
      if (width > columns) {
        break;
      }
      start -= Character.charCount(codePoint);
    }
    return text.substring(start);
  }
}
