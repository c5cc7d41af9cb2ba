package stripebridge.core.normalization;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/// What the bridge adds to an event when it receives it.
///
/// @param receivedAt when the webhook was accepted
/// @param account the account to use when the event names none
/// @param bridgeVersion the version of the publishing bridge
/// @param traceId identifies this event in logs and in consumers
public record Receipt(Instant receivedAt, String account, String bridgeVersion, UUID traceId) {
  public Receipt {
    // Many languages' time types hold no more than milliseconds.
    receivedAt = receivedAt.truncatedTo(ChronoUnit.MILLIS);
  }
}
