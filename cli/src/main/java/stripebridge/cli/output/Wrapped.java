package stripebridge.cli.output;

import java.util.ArrayList;
import java.util.List;

/// Wraps prose for a terminal, at 80 columns by default.
public final class Wrapped {
  private static final int COLUMNS = 80;

  private Wrapped() {}

  /// The text as lines, broken at spaces. A word that is longer than a line stays whole.
  ///
  /// @param first the prefix of the first line
  /// @param others the prefix of all other lines
  public static List<String> lines(String first, String others, String text) {
    return lines(first, others, text, COLUMNS);
  }

  /// The same for a terminal of another width.
  public static List<String> lines(String first, String others, String text, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(first);
    int width = DisplayWidth.of(first);
    boolean fresh = true;
    for (String word : text.split(" ", -1)) {
      int wordWidth = DisplayWidth.of(word);
      if (!fresh && width + 1 + wordWidth > columns) {
        lines.add(line.toString());
        line = new StringBuilder(others);
        width = DisplayWidth.of(others);
        fresh = true;
      }
      line.append(fresh ? "" : " ").append(word);
      width += (fresh ? 0 : 1) + wordWidth;
      fresh = false;
    }
    lines.add(line.toString());
    return lines;
  }
}
