package stripebridge.solace.admin;

import java.time.Duration;

/// Limits on the use of a broker's SEMP.
///
/// @param timeout for one request with all its retries; positive
/// @param answerTimeout for one try; positive
/// @param requestsPerSecond maximum rate, for brokers that others administer too; 0 for no limit
public record SempOptions(Duration timeout, Duration answerTimeout, double requestsPerSecond) {
  /// Half a minute for a request, ten seconds for a try, as fast as the broker answers.
  public static final SempOptions DEFAULTS =
      new SempOptions(Duration.ofSeconds(30), Duration.ofSeconds(10), 0);

  public SempOptions {
    if (!timeout.isPositive() || !answerTimeout.isPositive()) {
      throw new IllegalArgumentException("a timeout is not positive");
    }
    if (!(requestsPerSecond >= 0) || requestsPerSecond == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("not a rate: " + requestsPerSecond);
    }
  }
}
