package stripebridge.solace.admin;

import java.time.Duration;

/// How the broker's SEMP is treated.
///
/// @param timeout how long one request may take, with everything that is tried again; positive
/// @param answerTimeout how long one try may take; positive
/// @param requestsPerSecond a rate to stay below, for brokers that others administer too; 0 for
///   none
public record SempOptions(Duration timeout, Duration answerTimeout, double requestsPerSecond) {
  /// Half a minute for a request, ten seconds for a try, as fast as the broker answers.
  public static final SempOptions DEFAULTS =
      new SempOptions(Duration.ofSeconds(30), Duration.ofSeconds(10), 0);

  public SempOptions {
    if (!timeout.isPositive() || !answerTimeout.isPositive()) {
      throw new IllegalArgumentException("a timeout is not positive");
    }
    if (!(requestsPerSecond >= 0) || requestsPerSecond == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("no rate: " + requestsPerSecond);
    }
  }
}
