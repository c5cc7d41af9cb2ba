package stripebridge.stripe.api;

import java.time.Duration;

/// How to wait, so that a test need not and Ctrl-C ends it.
@FunctionalInterface
public interface Pause {
  /// Waits.
  ///
  /// @throws InterruptedException when there is no point in waiting any more
  void pause(Duration time) throws InterruptedException;
}
