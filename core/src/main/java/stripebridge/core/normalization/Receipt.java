package stripebridge.core.normalization;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/// What the bridge adds to an event: when, by whom and as what it was received.
///
/// @param receivedAt when the webhook was accepted
/// @param account the account of an event that names none itself
/// @param bridgeVersion the version of the bridge that publishes
/// @param traceId follows this event through logs and consumers
public record Receipt(Instant receivedAt, String account, String bridgeVersion, UUID traceId) {
  public Receipt {
    // Consumers in many languages hold no more than milliseconds.
    receivedAt = receivedAt.truncatedTo(ChronoUnit.MILLIS);
  }
}
