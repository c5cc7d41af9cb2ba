package stripebridge.acceptance.readme;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A shell command of the simplest kind: `NAME=value program words < file > file`.
///
/// @param environment the assignments before the program
/// @param words the program and its arguments, without their quotes
/// @param in the input file, if any
/// @param out the output file, if any
record ShellCommand(
    Map<String, String> environment,
    List<String> words,
    @Nullable String in,
    @Nullable String out) {
  private static final Pattern WORD =
      Pattern.compile(
          "\\s*(?:([<>])\\s*)?((?:'[^']*'|\"[^\"$`\\\\]*\"|[^\\s'\"<>|&;$`()#*?\\\\])+)");
  private static final Pattern QUOTED = Pattern.compile("'([^']*)'|\"([^\"]*)\"");
  private static final Pattern ASSIGNMENT = Pattern.compile("([A-Z][A-Z0-9_]*)=(.*)");

  /// Parses a command; empty if it needs a real shell: a pipe, a variable, a pattern.
  static Optional<ShellCommand> parse(String command) {
    Map<String, String> environment = new LinkedHashMap<>();
    List<String> words = new ArrayList<>();
    String in = null;
    String out = null;
    Matcher piece = WORD.matcher(command);
    int at = 0;
    String text = command.stripTrailing();
    while (at < text.length()) {
      piece.region(at, text.length());
      if (!piece.lookingAt()) {
        return Optional.empty();
      }
      at = piece.end();
      String word = unquoted(piece.group(2));
      Matcher assignment = ASSIGNMENT.matcher(word);
      if ("<".equals(piece.group(1))) {
        in = word;
      } else if (">".equals(piece.group(1))) {
        out = word;
      } else if (words.isEmpty() && assignment.matches()) {
        environment.put(assignment.group(1), assignment.group(2));
      } else {
        words.add(word);
      }
    }
    return Optional.of(new ShellCommand(environment, words, in, out));
  }

  private static String unquoted(String word) {
    return QUOTED
        .matcher(word)
        .replaceAll(quoted ->
            Matcher.quoteReplacement(quoted.group(1) == null ? quoted.group(2) : quoted.group(1)));
  }
}
