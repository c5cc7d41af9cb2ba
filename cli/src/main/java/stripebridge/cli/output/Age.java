package stripebridge.cli.output;

import java.time.Duration;

/// How long something lasts, for people.
public final class Age {
  private Age() {}

  /// In the largest unit that gives 2 or more: `2 d`, `47 h`, `119 min`, `119 s`. A negative time,
  /// which clocks that differ can make, is `0 s`.
  public static String text(Duration age) {
    Duration positive = age.isNegative() ? Duration.ZERO : age;
    return positive.toDays() > 1
        ? positive.toDays() + " d"
        : positive.toHours() > 1
            ? positive.toHours() + " h"
            : positive.toMinutes() > 1
                ? positive.toMinutes() + " min"
                : positive.toSeconds() + " s";
  }
}
