package stripebridge.core.problem;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds the known name that a user most likely meant.
public final class Suggestion {
  private Suggestion() {}

  /// The known name nearest to `seen`, if one is near enough to suggest.
  public static Optional<String> nearest(String seen, Collection<String> known) {
    // At most a third of the word may differ, so that `ack` never suggests `all`.
    int distanceMax = Math.max(1, Math.min(4, seen.length() / 3));
    String lower = seen.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(name -> Math.abs(name.length() - seen.length()) <= distanceMax)
        .filter(name -> distance(lower, name.toLowerCase(Locale.ROOT)) <= distanceMax)
        .min(
            Comparator.comparingInt(
                (String name) -> distance(lower, name.toLowerCase(Locale.ROOT))));
  }

  /// `; did you mean 'x'?`, or an empty text.
  public static String phrase(String seen, Collection<String> known) {
    return nearest(seen, known).map(name -> "; did you mean '" + name + "'?").orElse("");
  }

  /// The edit distance of two words: inserts, deletes, replacements, swaps of neighbours.
  private static int distance(String left, String right) {
    int[][] cost = new int[left.length() + 1][right.length() + 1];
    for (int i = 0; i <= left.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= right.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      for (int j = 1; j <= right.length(); j++) {
        int same = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
        int best = Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1);
        best = Math.min(best, cost[i - 1][j - 1] + same);
        if (i > 1
            && j > 1
            && left.charAt(i - 1) == right.charAt(j - 2)
            && left.charAt(i - 2) == right.charAt(j - 1)) {
          best = Math.min(best, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = best;
      }
    }
    return cost[left.length()][right.length()];
  }
}
