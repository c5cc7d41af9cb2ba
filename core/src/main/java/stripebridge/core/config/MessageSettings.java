package stripebridge.core.config;

import java.time.Duration;

/// What messages are given beside what comes from their events.
///
/// @param accountId account level of the topic for events that name no account
/// @param timeToLive zero for messages that live for ever
public record MessageSettings(String accountId, Duration timeToLive, boolean dmqEligible) {
  static MessageSettings from(Values values) {
    return new MessageSettings(
        values.get(Settings.STRIPE_ACCOUNT_ID),
        values.get(Settings.SOLACE_MESSAGE_TTL_MS),
        values.get(Settings.DMQ_ELIGIBLE));
  }
}
