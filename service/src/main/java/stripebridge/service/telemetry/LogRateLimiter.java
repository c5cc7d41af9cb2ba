package stripebridge.service.telemetry;

import java.time.InstantSource;

/// Lets a number of lines per second pass and counts the others.
///
/// Thread-safe.
final class LogRateLimiter {
  private final int linesMax;
  private final InstantSource clock;
  private long second;
  private int let;
  private long leftOut;

  LogRateLimiter(int linesMax, InstantSource clock) {
    this.linesMax = linesMax;
    this.clock = clock;
  }

  /// Whether one more line passes. A line that does not is counted.
  synchronized boolean lets() {
    long now = now();
    // Not `later`: after the clock is set back, lines must not be blocked until it catches up.
    if (now != second) {
      second = now;
      let = 0;
    }
    if (let < linesMax) {
      let++;
      return true;
    }
    leftOut++;
    return false;
  }

  /// The lines counted since the last call; 0 while the second lasts, since there may be more.
  synchronized long leftOut() {
    return now() == second ? 0 : takeLeftOut();
  }

  /// The same without waiting for the second to end.
  synchronized long takeLeftOut() {
    long taken = leftOut;
    leftOut = 0;
    return taken;
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
