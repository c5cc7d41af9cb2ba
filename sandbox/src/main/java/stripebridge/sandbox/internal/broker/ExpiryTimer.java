package stripebridge.sandbox.internal.broker;

import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Wakes a queue when its next message expires: one alarm at a time, however often the next one
/// changes. Guarded by the queue's lock.
final class ExpiryTimer {
  private final Vpn vpn;
  private final Runnable expire;
  private long setFor;
  private @Nullable Future<?> alarm;

  /// @param expire called without the lock
  ExpiryTimer(Vpn vpn, Runnable expire) {
    this.vpn = vpn;
    this.expire = expire;
  }

  /// Sees to it that the queue is woken for an entry. Being woken early does no harm.
  void setFor(@Nullable QueueEntry next) {
    if (next != null && (setFor == 0 || next.expiryMillis < setFor)) {
      cancel();
      setFor = next.expiryMillis;
      alarm = vpn.schedule(next.expiryMillis - vpn.millis(), expire);
    }
  }

  void cancel() {
    if (alarm != null) {
      alarm.cancel(false);
    }
    alarm = null;
    setFor = 0;
  }
}
