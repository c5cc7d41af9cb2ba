package stripebridge.acceptance.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Splits a script's line into words. Words end at blanks; `'…'` keeps the text unchanged, with
/// `''` for a quote; outside quotes `$NAME` and `${NAME}` are replaced, and `#` at the start of a
/// word ends the line.
final class Words {
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{(\\w+)})");
  private static final Pattern PIECE =
      Pattern.compile("(?<blank>\\s+)|'(?<quoted>(?:[^']|'')*)'|(?<plain>[^\\s']+)");

  private Words() {}

  /// The words of one line.
  ///
  /// @throws IllegalArgumentException if the line is malformed; the message says how
  static List<String> split(String line, Map<String, String> variables) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    Matcher piece = PIECE.matcher(line);
    int at = 0;
    while (at < line.length()) {
      if (!piece.find(at) || piece.start() != at) {
        throw new IllegalArgumentException("a quote is not closed");
      }
      at = piece.end();
      String plain = piece.group("plain");
      if (piece.group("blank") != null) {
        if (inWord) {
          words.add(word.toString());
        }
        word.setLength(0);
        inWord = false;
        continue;
      }
      if (plain != null && plain.startsWith("#") && !inWord) {
        return words;
      }
      word.append(
          plain == null ? piece.group("quoted").replace("''", "'") : expand(plain, variables));
      inWord = true;
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }

  private static String expand(String text, Map<String, String> variables) {
    return VARIABLE
        .matcher(text)
        .replaceAll(found -> {
          String name = found.group(1) == null ? found.group(2) : found.group(1);
          String value = variables.get(name);
          if (value == null) {
            throw new IllegalArgumentException("nothing has set $" + name);
          }
          return Matcher.quoteReplacement(value);
        });
  }
}
