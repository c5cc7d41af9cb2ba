package stripebridge.cli.output;

import java.util.ArrayList;
import java.util.List;

/// Prose for a terminal, of 80 columns unless told.
public final class Wrapped {
  private static final int COLUMNS = 80;

  private Wrapped() {}

  /// The text as lines, broken at spaces; a word that is longer than a line stays whole.
  ///
  /// @param first what the first line begins with
  /// @param others what all others begin with
  public static List<String> lines(String first, String others, String text) {
    return lines(first, others, text, COLUMNS);
  }

  /// The same for a terminal of another width.
  public static List<String> lines(String first, String others, String text, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(first);
    boolean fresh = true;
    for (String word : text.split(" ", -1)) {
      if (!fresh && line.length() + 1 + word.length() > columns) {
        lines.add(line.toString());
        line = new StringBuilder(others);
        fresh = true;
      }
      line.append(fresh ? "" : " ").append(word);
      fresh = false;
    }
    lines.add(line.toString());
    return lines;
  }
}
