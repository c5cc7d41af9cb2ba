package stripebridge.cli;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Tells a running command to read its files again, on SIGHUP. A command that does not expect it
/// ends, as by any other signal. Thread-safe.
public final class ReloadRequest {
  private final Consumer<Runnable> onHangUp;
  private final Semaphore requested = new Semaphore(0);

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
  public void request() {
    requested.release();
  }

  /// Waits for a request. Several that have come meanwhile are one.
  ///
  /// @return whether there was one
  public boolean await(Duration atMost) throws InterruptedException {
    boolean isRequested = requested.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
    requested.drainPermits();
    return isRequested;
  }
}
