package stripebridge.acceptance.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Waits for the effect of another process or thread.
public final class Eventually {
  private Eventually() {}

  /// Repeats the condition until it is true.
  public static void await(String what, Duration max, Callable<Boolean> condition)
      throws Exception {
    Instant deadline = Instant.now().plus(max);
    while (!condition.call()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not within " + max + ": " + what);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  static void pause(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
