package stripebridge.core.config;

import java.time.Duration;

/// How the whole pipeline is validated.
///
/// @param accountId account of the events that validation sends
/// @param awaitMax how long it waits for one of its messages
/// @param drainsFirst whether queues are emptied before
public record ValidateSettings(String accountId, Duration awaitMax, boolean drainsFirst) {
  static ValidateSettings from(Values values) {
    return new ValidateSettings(
        values.get(Settings.E2E_STRIPE_ACCOUNT_ID),
        values.get(Settings.E2E_CONSUME_TIMEOUT_SECONDS),
        values.get(Settings.E2E_QUEUE_DRAIN_BEFORE_TEST));
  }
}
