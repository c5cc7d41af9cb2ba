package stripebridge.cli;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Tells a command that runs until it is stopped that it shall stop. Thread-safe.
public final class StopRequest {
  private final CountDownLatch requested = new CountDownLatch(1);
  private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
  private volatile boolean expected;

  /// Says that the calling command will wait, and closes what it opens until then: from now on the
  /// process gives it time to do so.
  public void expect() {
    expected = true;
  }

  /// Waits for Ctrl-C or SIGTERM, also for one that came since it was expected; an interruption of
  /// the calling thread counts as well. The process then gives the command time to close what it
  /// opened.
  public void await() {
    expect();
    try {
      requested.await();
    } catch (InterruptedException _) {
      // Whoever runs a command on a thread of theirs stops it so.
    }
  }

  /// Waits like [#await()], but no longer than this.
  ///
  /// @return whether it has come
  public boolean await(Duration atMost) {
    expect();
    try {
      return requested.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      // Whoever runs a command on a thread of theirs stops it so.
      return true;
    }
  }

  /// Whether it has come.
  public boolean isRequested() {
    return requested.getCount() == 0;
  }

  /// Does something on Ctrl-C or SIGTERM in place of ending at once: for a command that has to say
  /// what it has done. Counts until it is closed.
  public Listening onRequest(Runnable action) {
    listeners.add(action);
    if (isRequested()) {
      action.run();
    }
    return () -> listeners.remove(action);
  }

  /// An action that waits to be run.
  @FunctionalInterface
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /// Whether a command waits, is going to, or listens: others end with the process, at once.
  public boolean isExpected() {
    return expected || !listeners.isEmpty();
  }

  /// Tells it, as Ctrl-C and SIGTERM do.
  public void request() {
    requested.countDown();
    listeners.forEach(Runnable::run);
  }
}
