package stripebridge.relay;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before trying again. The wait doubles with each failure up to a maximum, and
/// half of it is random, so that entries that failed together are not retried together.
///
/// @param base the longest first wait
/// @param max the longest wait
public record Backoff(Duration base, Duration max) {
  // 2^30 times the smallest base exceeds any maximum; more would overflow.
  private static final int DOUBLINGS_MAX = 30;

  public Backoff {
    if (base.isNegative() || base.isZero() || max.compareTo(base) < 0) {
      throw new IllegalArgumentException("no backoff from " + base + " to " + max);
    }
  }

  /// The wait after a failure: a random time between half of the doubled wait and all of it.
  ///
  /// @param earlier failures before this one
  public Duration after(int earlier, RandomGenerator random) {
    Duration doubled = base.multipliedBy(1L << Math.min(earlier, DOUBLINGS_MAX));
    long half = (doubled.compareTo(max) < 0 ? doubled : max).toNanos() / 2;
    return Duration.ofNanos(half + random.nextLong(half + 1));
  }
}
