package stripebridge.core.config;

import java.time.Duration;

/// The limits on an event's way through the service.
///
/// @param idMemory how long the id of a published event is remembered
/// @param waitingMax the number of waiting entries above which events are no longer accepted
/// @param refusalsMax how often a message may be refused before its entry is parked
/// @param backoffBase the delay after the first refusal
/// @param shutdownMax the time to settle in-flight entries at shutdown
public record RelaySettings(
    Duration idMemory,
    int waitingMax,
    int refusalsMax,
    Duration backoffBase,
    Duration shutdownMax) {
  // How long Stripe retries. The default adds a fourth day for clock differences and for the last
  // retry's own delay.
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
              + " (3 days), the time that Stripe retries: an event that is retried after its id"
              + " is forgotten is published again");
    }
  }
}
