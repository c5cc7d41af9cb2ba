package stripebridge.cli.trigger;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;

/// The result of asking Stripe for one event.
///
/// @param eventId empty when Stripe did not list the event
/// @param complaint what went wrong; empty on success
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
