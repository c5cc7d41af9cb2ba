package stripebridge.core.config;

import java.time.Duration;

/// How the way of an event through the service is bounded.
///
/// @param idMemory how long the id of a published event is remembered
/// @param waitingMax waiting entries above which no more events are accepted
/// @param refusalsMax refusals of one message before its entry is parked
/// @param backoffBase the first wait after a refusal
/// @param shutdownMax time to settle what is in flight when stopping
public record RelaySettings(
    Duration idMemory,
    int waitingMax,
    int refusalsMax,
    Duration backoffBase,
    Duration shutdownMax) {
  // Stripe retries for 3 days; the fourth is for clocks, and for the last retry's own delay.
  private static final Duration STRIPE_RETRIES = Duration.ofDays(3);

  static RelaySettings from(Values values) {
    return new RelaySettings(
        values.get(Settings.IDEMPOTENCY_TTL_SECONDS),
        values.get(Settings.ASYNC_QUEUE_SIZE),
        values.get(Settings.MAX_PUBLISH_RETRIES),
        values.get(Settings.RETRY_BACKOFF_BASE_SECONDS),
        values.get(Settings.ASYNC_SHUTDOWN_TIMEOUT_SECONDS));
  }

  static void check(Checks checks) {
    boolean isShort =
        checks
            .values()
            .find(Settings.IDEMPOTENCY_TTL_SECONDS)
            .filter(memory -> memory.compareTo(STRIPE_RETRIES) < 0)
            .isPresent();
    if (isShort) {
      checks.warn(
          Settings.IDEMPOTENCY_TTL_SECONDS,
          "is below "
              + STRIPE_RETRIES.toSeconds()
              + " (3 days), for which Stripe retries: an event that returns after its id is"
              + " forgotten is published again");
    }
  }
}
