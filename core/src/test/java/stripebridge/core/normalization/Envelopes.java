package stripebridge.core.normalization;

import java.time.Instant;
import java.util.UUID;
import stripebridge.core.event.EventReader;
import stripebridge.core.event.EventReading;
import stripebridge.core.event.StripeEvent;

/// Makes envelopes of event bodies, received at a fixed time.
final class Envelopes {
  static final String OWN_ACCOUNT = "acct_own";
  static final Receipt RECEIPT =
      new Receipt(
          Instant.parse("2026-11-20T10:00:00.250Z"),
          OWN_ACCOUNT,
          "1.2.3",
          UUID.fromString("7c9e6679-7425-40de-944b-e07fc1f90ae7"));

  private Envelopes() {}

  static StripeEvent event(byte[] body) {
    return switch (EventReader.read(body)) {
      case EventReading.Identified(StripeEvent event) -> event;
      case EventReading.Unidentified(String reason) -> throw new AssertionError(reason);
    };
  }

  static Normalization normalize(byte[] body) {
    return Normalizer.normalize(event(body), body, RECEIPT);
  }

  static Envelope envelope(byte[] body) {
    return switch (normalize(body)) {
      case Normalization.Normalized(Envelope envelope) -> envelope;
      case Normalization.Unreadable(String reason) -> throw new AssertionError(reason);
    };
  }
}
