package stripebridge.solace.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Keeps requests below a rate, evenly spaced. Thread-safe.
final class RateLimiter {
  private final Duration interval;
  private final InstantSource clock;
  private final Sleeper sleeper;
  private Instant free = Instant.MIN;

  /// @param requestsPerSecond 0 for no limit
  RateLimiter(double requestsPerSecond, InstantSource clock, Sleeper sleeper) {
    this.interval =
        requestsPerSecond == 0
            ? Duration.ZERO
            : Duration.ofNanos(Math.round(1_000_000_000 / requestsPerSecond));
    this.clock = clock;
    this.sleeper = sleeper;
  }

  /// Waits for the caller's turn.
  void await() throws InterruptedException {
    if (interval.isZero()) {
      return;
    }
    Duration wait = reserve();
    if (wait.isPositive()) {
      sleeper.pause(wait);
    }
  }

  private synchronized Duration reserve() {
    Instant now = clock.instant();
    Instant turn = free.isAfter(now) ? free : now;
    free = turn.plus(interval);
    return Duration.between(now, turn);
  }
}
