package stripebridge.stripe.api;

import java.time.Duration;

/// Waits; a test does not, and Ctrl-C ends it.
@FunctionalInterface
public interface Pause {
  /// Waits.
  ///
  /// @throws InterruptedException when the wait was cancelled
  void pause(Duration time) throws InterruptedException;
}
