package stripebridge.stripe.webhook;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The outcome of posting one webhook.
public sealed interface PostResult {

  /// From the start of the request to the last byte of the response, or to the failure.
  Duration latency();

  /// The service answered.
  ///
  /// @param duplicate whether it reported the event as a duplicate
  /// @param error the stable code of a refusal, such as `signature_mismatch`; absent in a response
  ///   without one, such as a proxy's
  /// @param sentence why, for a person
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

  /// No response came.
  ///
  /// @param reason one clause, such as `connection refused`
  record Unreachable(String reason, Duration latency) implements PostResult {}
}
