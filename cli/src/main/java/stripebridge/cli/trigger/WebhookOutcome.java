package stripebridge.cli.trigger;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import stripebridge.stripe.event.TestEvent;
import stripebridge.stripe.webhook.PostResult;

/// One answered webhook.
///
/// @param expectedStatus the status that the bridge must answer with
/// @param mustBeDuplicate whether the bridge must report a duplicate
record WebhookOutcome(
    TestEvent event, PostResult.Answered answer, int expectedStatus, boolean mustBeDuplicate)
    implements OutcomeLine {

  /// Whether the answer is the expected one. A first post may be a duplicate too: the same seed
  /// makes the same ids.
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

  /// The expected status, in the form of [#status].
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
