package stripebridge.stripe.webhook;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What came of posting one webhook.
public sealed interface PostResult {

  /// From the request's beginning to the last byte of its answer, or to its failure.
  Duration latency();

  /// The service answered.
  ///
  /// @param duplicate whether it said that it holds the event already
  /// @param error the stable code of a refusal, such as `signature_mismatch`; absent when the
  ///   answer has none, as that of a proxy in between
  /// @param sentence the refusal for a person
  record Answered(
      int status,
      boolean duplicate,
      @Nullable String error,
      @Nullable String sentence,
      Duration latency)
      implements PostResult {
    /// Whether the event is durable now.
    public boolean isAccepted() {
      return status >= 200 && status <= 299;
    }
  }

  /// There was no answer.
  ///
  /// @param reason one clause, such as `connection refused`
  record Unreachable(String reason, Duration latency) implements PostResult {}
}
