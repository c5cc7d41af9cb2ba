package stripebridge.acceptance.deploy.runner.control;

import java.time.Duration;

/// How long to wait before something that has failed is tried again: doubled each time, to a limit.
public record Backoff(Duration first, Duration max) {
  /// The wait after a number of failures in a row, from 1 on; none after none.
  Duration after(int failures) {
    if (failures == 0) {
      return Duration.ZERO;
    }
    // Beyond this, even a millisecond has become hours.
    Duration doubled = first.multipliedBy(1L << Math.min(failures - 1, 24));
    return doubled.compareTo(max) < 0 ? doubled : max;
  }
}
