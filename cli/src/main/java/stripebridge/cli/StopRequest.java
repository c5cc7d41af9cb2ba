package stripebridge.cli;

import java.util.concurrent.CountDownLatch;

/// Tells a command that runs until it is stopped that it shall stop. Thread-safe.
public final class StopRequest {
  private final CountDownLatch requested = new CountDownLatch(1);
  private volatile boolean awaited;

  /// Waits for Ctrl-C or SIGTERM; an interruption of the calling thread counts as well. The process
  /// then gives the command time to close what it opened.
  public void await() {
    awaited = true;
    try {
      requested.await();
    } catch (InterruptedException _) {
      // Whoever runs a command on a thread of theirs stops it so.
    }
  }

  /// Whether a command has begun to wait: others end with the process, at once.
  boolean isAwaited() {
    return awaited;
  }

  void request() {
    requested.countDown();
  }
}
