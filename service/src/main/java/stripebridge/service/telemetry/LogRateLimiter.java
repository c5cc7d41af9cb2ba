package stripebridge.service.telemetry;

import java.time.InstantSource;

/// Lets through so many lines in each second of the clock, and counts the others.
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

  /// Whether one more line is let through. One that is not is counted.
  synchronized boolean lets() {
    long now = now();
    // Not `later`: a clock that is put back must not keep everything out until it has caught up.
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

  /// What was counted since this was asked last; 0 as long as the second is not over, since there
  /// may be more.
  synchronized long leftOut() {
    return now() == second ? 0 : takeLeftOut();
  }

  /// The same at once.
  synchronized long takeLeftOut() {
    long taken = leftOut;
    leftOut = 0;
    return taken;
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
