package stripebridge.core.testing;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for an effect of other threads.
public final class Eventually {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Duration LOOK_EVERY = Duration.ofMillis(2);

  private Eventually() {}

  public static void until(BooleanSupplier condition, Supplier<?> found) {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        fail("not within %s: %s", DEADLINE, found.get());
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }
}
