package stripebridge.cli.trigger;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import stripebridge.stripe.event.TestEvent;
import stripebridge.stripe.webhook.PostResult;

/// What came of one webhook that was answered.
///
/// @param expectedStatus what the bridge had to answer
/// @param mustBeDuplicate whether it had to say that it holds the event already
record WebhookOutcome(
    TestEvent event, PostResult.Answered answer, int expectedStatus, boolean mustBeDuplicate)
    implements OutcomeLine {

  /// Whether the answer is what it had to be. A duplicate always is one for an accepted event: the
  /// same seed makes the same ids.
  boolean isExpected() {
    return answer.status() == expectedStatus && (!mustBeDuplicate || answer.duplicate());
  }

  @Override
  public String eventId() {
    return event.id();
  }

  @Override
  public String eventType() {
    return event.type();
  }

  @Override
  public String status() {
    String error = answer.error();
    return answer.status()
        + (answer.duplicate() ? " duplicate" : "")
        + (error == null ? "" : " " + error);
  }

  /// What it had to be, as [#status] writes it.
  String expected() {
    return expectedStatus + (mustBeDuplicate ? " duplicate" : "");
  }

  @Nullable String error() {
    return answer.error();
  }

  @Override
  public Duration latency() {
    return answer.latency();
  }

  @Override
  public String complaint() {
    return isExpected() ? "" : "expected " + expected();
  }

  @Override
  public void writeTo(JsonGenerator generator) throws IOException {
    generator.writeNumberField("status", answer.status());
    generator.writeBooleanField("duplicate", answer.duplicate());
    generator.writeStringField("error", error());
    generator.writeBooleanField("expected", isExpected());
  }
}
