package stripebridge.sandbox.internal.broker;

import java.util.concurrent.atomic.AtomicLong;

/// Counts the bytes of messages against a limit. One budget for the broker's spool, limited by the
/// heap, and one per VPN, limited by its quota.
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

  /// Reserves bytes if they fit.
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
