package stripebridge.cli.trigger;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;

/// What came of one event, as [OutcomeLines] prints it.
interface OutcomeLine {
  /// Empty while it is not known.
  String eventId();

  String eventType();

  /// `200`, `400 signature_mismatch`.
  String status();

  /// How long it took; zero when there is no telling.
  Duration latency();

  /// What makes it an unexpected one; empty when it is as it had to be.
  String complaint();

  /// Writes what the line has besides, for programs.
  void writeTo(JsonGenerator generator) throws IOException;
}
