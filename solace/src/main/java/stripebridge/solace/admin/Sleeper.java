package stripebridge.solace.admin;

import java.time.Duration;

/// Waits, or in a test notes that it would have.
@FunctionalInterface
interface Sleeper {
  void sleep(Duration duration) throws InterruptedException;
}
