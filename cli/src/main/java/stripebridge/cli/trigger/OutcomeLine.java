package stripebridge.cli.trigger;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;

/// The result for one event, as [OutcomeLines] prints it.
interface OutcomeLine {
  /// Empty when unknown.
  String eventId();

  String eventType();

  /// `200`, `400 signature_mismatch`.
  String status();

  /// The time to the answer; zero when unknown.
  Duration latency();

  /// Why the result is unexpected; empty when it is the expected one.
  String complaint();

  /// Writes the remaining fields of the JSON object.
  void writeTo(JsonGenerator generator) throws IOException;
}
