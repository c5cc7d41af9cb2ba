package stripebridge.solace.admin;

import java.time.Duration;

/// Waits; in a test only records the wait.
@FunctionalInterface
interface Sleeper {
  void pause(Duration duration) throws InterruptedException;
}
