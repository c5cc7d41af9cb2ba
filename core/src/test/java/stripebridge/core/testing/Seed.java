package stripebridge.core.testing;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// The randomness of property and fuzz tests: printed, and replayed with `-Dtest.seed=N`.
public final class Seed {
  private Seed() {}

  /// A generator for one test. Prints its seed on standard output, which Surefire keeps in the
  /// report.
  public static RandomGenerator random(String test) {
    String given = System.getProperty("seed", "");
    long seed = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
    System.out.println(test + ": seed " + seed + " (replay with -Dtest.seed=" + seed + ")");
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /// The number of cases to run: the usual count, or the count of `make soak ROUNDS=…`.
  public static int rounds(int usual) {
    String given = System.getProperty("rounds", "");
    return given.isEmpty() ? usual : Integer.parseInt(given);
  }
}
