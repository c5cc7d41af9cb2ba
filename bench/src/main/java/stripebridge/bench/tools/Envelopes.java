package stripebridge.bench.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import stripebridge.core.event.EventReader;
import stripebridge.core.event.EventReading;
import stripebridge.core.event.StripeEvent;
import stripebridge.core.normalization.Envelope;
import stripebridge.core.normalization.Normalization;
import stripebridge.core.normalization.Normalizer;
import stripebridge.core.normalization.Receipt;

/// The envelope that the bridge publishes for one event.
final class Envelopes {
  static final String TOPIC = "stripe/webhook/v1/charge/succeeded";

  private static final Path EVENT =
      Path.of("core/src/test/resources/events/charge.succeeded.2020-08-27.json");

  private Envelopes() {}

  static byte[] payload() throws IOException {
    byte[] body = Files.readAllBytes(EVENT);
    Receipt receipt = new Receipt(Instant.now(), "acct_measured", "0", new UUID(1, 2));
    return switch (EventReader.read(body)) {
      case EventReading.Identified(StripeEvent event) ->
          switch (Normalizer.normalize(event, body, receipt)) {
            case Normalization.Normalized(Envelope envelope) -> envelope.toJson();
            case Normalization.Unreadable(String reason) -> throw new IOException(reason);
          };
      case EventReading.Unidentified(String reason) -> throw new IOException(reason);
    };
  }
}
