package stripebridge.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The measurements of two sides in each round, compared with a promise.
public final class Samples {
  private final List<Double> ours = new ArrayList<>();
  private final List<Double> others = new ArrayList<>();

  /// Adds a round; a round with a negative number is a warm-up.
  public void add(int round, double our, double other) {
    if (round >= 0) {
      ours.add(our);
      others.add(other);
    }
  }

  /// Prints rates, and whether ours is high enough.
  public boolean atLeast(String what, double least) {
    double ratio = median(ours) / median(others);
    return print(what, "/s", ratio, "at least " + least, ratio >= least);
  }

  /// Prints times, and whether ours is short enough.
  public boolean atMost(String what, String unit, double most) {
    double ratio = median(ours) / median(others);
    return print(what, unit, ratio, "at most " + most, ratio <= most);
  }

  /// Prints times in milliseconds, and whether ours is short enough by itself.
  ///
  /// @param baseline what the other side did
  public boolean below(String what, String baseline, double mostMillis) {
    boolean passed = median(ours) <= mostMillis;
    System.out.printf(
        "  %-58s %12s, %s %s (at most %s) %s%n",
        what,
        millis(median(ours)),
        baseline,
        millis(median(others)),
        millis(mostMillis),
        passed ? "ok" : "MISSED");
    return passed;
  }

  /// An infinite time is one that was not waited for.
  private static String millis(double millis) {
    return Double.isInfinite(millis) ? "not in time" : "%,.1f ms".formatted(millis);
  }

  private boolean print(String what, String unit, double ratio, String promise, boolean passed) {
    System.out.printf(
        "  %-58s %,9.0f %s, beside %,9.0f %s: %.2f (%s) %s%n",
        what, median(ours), unit, median(others), unit, ratio, promise, passed ? "ok" : "MISSED");
    return passed;
  }

  /// The median of an odd number of values.
  public static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
