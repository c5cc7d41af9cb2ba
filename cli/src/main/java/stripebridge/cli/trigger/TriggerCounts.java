package stripebridge.cli.trigger;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.stripe.webhook.PostResult;

/// Counts the answers to webhooks. Thread-safe.
final class TriggerCounts {
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

  /// Why the first webhook without an answer got none; null when all were answered.
  synchronized PostResult.@Nullable Unreachable unreachable() {
    return unreachable;
  }

  synchronized @Nullable WebhookOutcome firstUnexpected() {
    return firstUnexpected;
  }

  /// The number of unexpected answers.
  synchronized int unexpected() {
    return unexpected;
  }

  synchronized int answered() {
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
