package stripebridge.relay;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before something is tried again: doubles with each failure, up to a maximum,
/// and the later half of it is random, so that what failed together is not tried together.
///
/// @param base the first wait at its longest
/// @param max the longest wait there is
public record Backoff(Duration base, Duration max) {
  // 2^30 times the smallest base there is exceeds any maximum; more would overflow.
  private static final int DOUBLINGS_MAX = 30;

  public Backoff {
    if (base.isNegative() || base.isZero() || max.compareTo(base) < 0) {
      throw new IllegalArgumentException("no backoff from " + base + " to " + max);
    }
  }

  /// The wait after a failure, between half of it and the whole.
  ///
  /// @param earlier failures before this one
  public Duration after(int earlier, RandomGenerator random) {
    Duration doubled = base.multipliedBy(1L << Math.min(earlier, DOUBLINGS_MAX));
    long half = (doubled.compareTo(max) < 0 ? doubled : max).toNanos() / 2;
    return Duration.ofNanos(half + random.nextLong(half + 1));
  }
}
