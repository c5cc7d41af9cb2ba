package stripebridge.cli;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Tells a running command to stop, on Ctrl-C or SIGTERM. Thread-safe.
public final class StopRequest {
  private final CountDownLatch requested = new CountDownLatch(1);
  private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
  private volatile boolean expected;

  /// Announces that the command stops by itself: from now on the process gives it time to close its
  /// resources.
  public void expect() {
    expected = true;
  }

  /// Waits for Ctrl-C or SIGTERM, or returns at once if one has come since [#expect]. An interrupt
  /// of the calling thread counts as well. The process then gives the command time to close its
  /// resources.
  public void await() {
    expect();
    try {
      requested.await();
    } catch (InterruptedException _) {
      // A caller that runs a command on its own thread stops it with an interrupt.
    }
  }

  /// Like [#await()], with a timeout.
  ///
  /// @return whether the request has come
  public boolean await(Duration atMost) {
    expect();
    try {
      return requested.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      // A caller that runs a command on its own thread stops it with an interrupt.
      return true;
    }
  }

  /// Whether a stop was requested.
  public boolean isRequested() {
    return requested.getCount() == 0;
  }

  /// Runs an action on Ctrl-C or SIGTERM instead of ending the process at once: for a command that
  /// must report what it has done. Stays registered until it is closed.
  public Listening onRequest(Runnable action) {
    listeners.add(action);
    if (isRequested()) {
      action.run();
    }
    return () -> listeners.remove(action);
  }

  /// A registered action.
  @FunctionalInterface
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /// Whether the command handles the request. If not, it ends with the process, at once.
  public boolean isExpected() {
    return expected || !listeners.isEmpty();
  }

  /// Requests a stop, as Ctrl-C and SIGTERM do.
  public void request() {
    requested.countDown();
    listeners.forEach(Runnable::run);
  }
}
