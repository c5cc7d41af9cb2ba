package stripebridge.core.config;

import java.time.Duration;

/// How `validate` checks the pipeline.
///
/// @param accountId the account of the events that `validate` sends
/// @param awaitMax how long it waits for each of its messages
/// @param drainsFirst whether it first empties the queues
public record ValidateSettings(String accountId, Duration awaitMax, boolean drainsFirst) {
  static ValidateSettings from(Values values) {
    return new ValidateSettings(
        values.get(Settings.E2E_STRIPE_ACCOUNT_ID),
        values.get(Settings.E2E_CONSUME_TIMEOUT_SECONDS),
        values.get(Settings.E2E_QUEUE_DRAIN_BEFORE_TEST));
  }
}
