package stripebridge.cli.queues;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/// A pattern for whole names: `*` matches any text, `?` one character.
public final class Glob {
  private Glob() {}

  /// A predicate for the names that match.
  public static Predicate<String> of(String glob) {
    StringBuilder regex = new StringBuilder();
    glob.codePoints()
        .forEach(point ->
            regex.append(
                switch (point) {
                  case '*' -> ".*";
                  case '?' -> ".";
                  default -> Pattern.quote(Character.toString(point));
                }));
    return Pattern.compile(regex.toString(), Pattern.DOTALL).asMatchPredicate();
  }
}
