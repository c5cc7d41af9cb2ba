package stripebridge.cli.trigger;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.stripe.webhook.PostResult;

/// What came of all webhooks so far. Thread-safe.
public final class TriggerCounts {
  private int answered;
  private int accepted;
  private int duplicates;
  private int refused;
  private int unexpected;
  private @Nullable WebhookOutcome firstUnexpected;
  private PostResult.@Nullable Unreachable unreachable;

  synchronized void add(WebhookOutcome outcome) {
    answered++;
    if (outcome.answer().duplicate()) {
      duplicates++;
    } else if (outcome.answer().isAccepted()) {
      accepted++;
    } else {
      refused++;
    }
    if (!outcome.isExpected()) {
      unexpected++;
      firstUnexpected = firstUnexpected == null ? outcome : firstUnexpected;
    }
  }

  synchronized void add(PostResult.Unreachable failure) {
    unreachable = unreachable == null ? failure : unreachable;
  }

  /// Why the service gave no answer, if once it gave none.
  synchronized PostResult.@Nullable Unreachable unreachable() {
    return unreachable;
  }

  synchronized @Nullable WebhookOutcome firstUnexpected() {
    return firstUnexpected;
  }

  /// How many answers were not what they had to be.
  synchronized int unexpected() {
    return unexpected;
  }

  public synchronized int answered() {
    return answered;
  }

  /// `15 webhooks answered: 12 accepted, 3 duplicates`.
  @Override
  public synchronized String toString() {
    List<String> parts = new ArrayList<>();
    part(parts, accepted, "accepted");
    part(parts, duplicates, duplicates == 1 ? "duplicate" : "duplicates");
    part(parts, refused, "refused");
    return answered
        + (answered == 1 ? " webhook" : " webhooks")
        + " answered"
        + (parts.isEmpty() ? "" : ": " + String.join(", ", parts));
  }

  private static void part(List<String> parts, int count, String what) {
    if (count > 0) {
      parts.add(count + " " + what);
    }
  }
}
