package stripebridge.cli.trigger;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import stripebridge.stripe.event.TestEvent;
import stripebridge.stripe.webhook.PostResult;

/// What came of one webhook that was answered.
///
/// @param expectedStatus what the bridge had to answer
/// @param mustBeDuplicate whether it had to say that it holds the event already
record Outcome(
    TestEvent event, PostResult.Answered answer, int expectedStatus, boolean mustBeDuplicate) {

  /// Whether the answer is what it had to be. A duplicate always is one for an accepted event: the
  /// same seed makes the same ids.
  boolean isExpected() {
    return answer.status() == expectedStatus && (!mustBeDuplicate || answer.duplicate());
  }

  /// `200`, `200 duplicate`, `400 signature_mismatch`.
  String status() {
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

  Duration latency() {
    return answer.latency();
  }
}
