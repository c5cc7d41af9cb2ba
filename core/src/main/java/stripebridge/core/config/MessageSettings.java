package stripebridge.core.config;

import java.time.Duration;

/// Message properties that do not come from the event.
///
/// @param accountId the account level of the topic for events that name no account
/// @param timeToLive zero for messages that never expire
public record MessageSettings(String accountId, Duration timeToLive, boolean dmqEligible) {
  static MessageSettings from(Values values) {
    return new MessageSettings(
        values.get(Settings.STRIPE_ACCOUNT_ID),
        values.get(Settings.SOLACE_MESSAGE_TTL_MS),
        values.get(Settings.DMQ_ELIGIBLE));
  }
}
