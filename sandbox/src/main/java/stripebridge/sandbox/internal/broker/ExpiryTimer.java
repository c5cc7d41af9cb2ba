package stripebridge.sandbox.internal.broker;

import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Wakes a queue when its next message expires. Keeps one timer task, however often the next
/// message changes. Guarded by the queue's lock.
final class ExpiryTimer {
  private final Vpn vpn;
  private final Runnable expire;
  private long setFor;
  private @Nullable Future<?> task;

  /// @param expire called without the lock
  ExpiryTimer(Vpn vpn, Runnable expire) {
    this.vpn = vpn;
    this.expire = expire;
  }

  /// Ensures that the queue is woken for an entry. Waking it early does no harm.
  void setFor(@Nullable QueueEntry next) {
    if (next != null && (setFor == 0 || next.expiryMillis < setFor)) {
      cancel();
      setFor = next.expiryMillis;
      task = vpn.schedule(next.expiryMillis - vpn.millis(), expire);
    }
  }

  void cancel() {
    if (task != null) {
      task.cancel(false);
    }
    task = null;
    setFor = 0;
  }
}
