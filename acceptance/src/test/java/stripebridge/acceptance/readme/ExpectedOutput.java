package stripebridge.acceptance.readme;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Compares the output of a command with the output that a document shows.
final class ExpectedOutput {
  private static final String ANYTHING = "…";

  private ExpectedOutput() {}

  /// Whether the output is as shown. `…` matches anything within its line; alone on a line it
  /// matches any number of lines.
  static boolean matches(List<String> shown, String output) {
    String pattern =
        shown.stream()
            .map(line ->
                line.equals(ANYTHING)
                    ? "(?:.*\\n)*?"
                    : Pattern.quote(line).replace(ANYTHING, "\\E.*\\Q") + "\\n")
            .collect(Collectors.joining());
    String lines =
        output.lines().map(line -> line.stripTrailing() + "\n").collect(Collectors.joining());
    return Pattern.matches(pattern, lines);
  }
}
