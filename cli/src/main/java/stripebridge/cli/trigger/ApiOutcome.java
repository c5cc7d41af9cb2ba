package stripebridge.cli.trigger;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;

/// What came of one event that Stripe was to send.
///
/// @param eventId empty when Stripe did not list it
/// @param complaint what went wrong; empty when nothing did
record ApiOutcome(String eventId, String eventType, Duration latency, String complaint)
    implements OutcomeLine {

  @Override
  public String status() {
    return complaint.isEmpty() ? "sent" : "failed";
  }

  @Override
  public void writeTo(JsonGenerator generator) throws IOException {
    generator.writeStringField("status", status());
    generator.writeStringField("error", complaint.isEmpty() ? null : complaint);
  }
}
