package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// One named thread of a relay, which sleeps until it is woken or a time is over. A wake that comes
/// before the sleep is not lost. Thread-safe.
final class RelayThread {
  /// What a thread does.
  interface Body {
    void run() throws InterruptedException;
  }

  private final Thread thread;
  private volatile Instant lastTurn = Instant.MAX;
  private volatile boolean isRunning;

  /// @param failed hears what ends the body before its time
  /// @param ended called when it has nothing more to do
  RelayThread(String name, Body body, Consumer<Throwable> failed, Runnable ended) {
    thread =
        Thread.ofPlatform()
            .name(name)
            // One that hangs in a broken store must not keep the process from its end.
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

  /// When it last did something; far ahead before it is started.
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

  /// Sleeps. Called by the thread itself.
  void pause(Duration atMost) {
    LockSupport.parkNanos(this, atMost.toNanos());
  }

  /// Waits for its end, and interrupts it when that does not come.
  void join(Duration patience) throws InterruptedException {
    if (thread.isAlive() && !thread.join(patience)) {
      thread.interrupt();
    }
  }
}
