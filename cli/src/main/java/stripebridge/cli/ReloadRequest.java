package stripebridge.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Tells a running command to read its files again, on SIGHUP. A command that does not expect it
/// ends, as by any other signal. Thread-safe.
public final class ReloadRequest {
  private final Consumer<Runnable> onHangUp;
  // Guarded by this object's lock.
  private boolean isRequested;
  private boolean isTimeOver;
  private boolean isAwaited;

  /// @param onHangUp makes SIGHUP run the given action instead of ending the process
  public ReloadRequest(Consumer<Runnable> onHangUp) {
    this.onHangUp = onHangUp;
  }

  /// For commands in the process of another one, which has the signal.
  public static ReloadRequest withoutSignal() {
    return new ReloadRequest(_ -> {});
  }

  /// From now on SIGHUP is a request, and no longer ends the process.
  public void expect() {
    onHangUp.accept(this::request);
  }

  /// Requests it, as SIGHUP does.
  public synchronized void request() {
    isRequested = true;
    notifyAll();
  }

  /// Waits for a request. Several that have come meanwhile are one.
  ///
  /// @return whether there was one
  public synchronized boolean await(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    isAwaited = true;
    notifyAll();
    try {
      long left = atMost.toNanos();
      while (!isRequested && !isTimeOver && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
        left = end - System.nanoTime();
      }
      return isRequested;
    } finally {
      isRequested = false;
      isTimeOver = false;
      isAwaited = false;
      notifyAll();
    }
  }

  /// Lets the time of a wait be over, and returns when the command waits again: when it has done
  /// what it does between two waits. For tests, which have no time.
  synchronized void passTime() throws InterruptedException {
    while (!isAwaited) {
      wait();
    }
    isTimeOver = true;
    notifyAll();
    while (isTimeOver || !isAwaited) {
      wait();
    }
  }
}
