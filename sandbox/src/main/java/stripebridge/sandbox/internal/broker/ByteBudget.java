package stripebridge.sandbox.internal.broker;

import java.util.concurrent.atomic.AtomicLong;

/// Counts what spooled messages take and says when no more fit. One for the whole broker, bounded
/// by the heap, and one per VPN, bounded by its quota.
///
/// Thread-safe, without locks.
final class ByteBudget {
  private final AtomicLong bytes = new AtomicLong();
  private volatile long bytesMax;

  ByteBudget(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  void bytesMax(long max) {
    bytesMax = max;
  }

  long bytes() {
    return bytes.get();
  }

  /// Takes room, if there is enough.
  boolean reserve(long count) {
    if (bytes.addAndGet(count) > bytesMax) {
      bytes.addAndGet(-count);
      return false;
    }
    return true;
  }

  void release(long count) {
    bytes.addAndGet(-count);
  }
}
