package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// A named thread of the relay that sleeps until it is woken or a time has passed. A wake-up before
/// the sleep is not lost. Thread-safe.
final class RelayThread {
  /// The code that the thread runs.
  interface Body {
    void run() throws InterruptedException;
  }

  private final Thread thread;
  private volatile Instant lastTurn = Instant.MAX;
  private volatile boolean isRunning;

  /// @param failed receives an exception that ends the body
  /// @param ended called after the body has ended
  RelayThread(String name, Body body, Consumer<Throwable> failed, Runnable ended) {
    thread =
        Thread.ofPlatform()
            .name(name)
            // A thread that hangs in a broken store must not keep the process alive.
            .daemon()
            .unstarted(() -> {
              try {
                body.run();
              } catch (Throwable e) {
                failed.accept(e);
              } finally {
                isRunning = false;
                ended.run();
              }
            });
  }

  void start(Instant now) {
    lastTurn = now;
    isRunning = true;
    thread.start();
  }

  boolean isRunning() {
    return isRunning;
  }

  boolean isCurrent() {
    return Thread.currentThread().equals(thread);
  }

  /// When it last did something; [Instant#MAX] before it is started.
  Instant lastTurn() {
    return lastTurn;
  }

  void turned(Instant now) {
    lastTurn = now;
  }

  void wake() {
    LockSupport.unpark(thread);
  }

  void interrupt() {
    thread.interrupt();
  }

  /// Sleeps. Only the thread itself calls this.
  void pause(Duration atMost) {
    LockSupport.parkNanos(this, atMost.toNanos());
  }

  /// Waits for it to end and interrupts it when it does not.
  void join(Duration patience) throws InterruptedException {
    if (thread.isAlive() && !thread.join(patience)) {
      thread.interrupt();
    }
  }
}
