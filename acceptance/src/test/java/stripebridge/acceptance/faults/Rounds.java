package stripebridge.acceptance.faults;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// The length and the random seed of a suite: `-Dtest.rounds=` and `-Dtest.seed=`.
final class Rounds {
  private Rounds() {}

  static RandomGenerator random(String test) {
    String given = System.getProperty("seed", "");
    long seed = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
    System.out.println(test + ": seed " + seed + " (replay with -Dtest.seed=" + seed + ")");
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /// Whether `make soak` runs, which allows longer tests.
  static boolean areMany() {
    return !System.getProperty("rounds", "").isEmpty();
  }

  /// The usual count, or the count of `make soak ROUNDS=…`.
  static int of(int usual) {
    String given = System.getProperty("rounds", "");
    return given.isEmpty() ? usual : Integer.parseInt(given);
  }
}
