package stripebridge.service.http;

import java.util.concurrent.atomic.AtomicLong;

/// What all bodies that are held at the same time may take, in bytes: many large ones, sent slowly,
/// must not fill the heap. Thread-safe.
final class BodyBudget {
  private final AtomicLong left;

  BodyBudget(long bytes) {
    left = new AtomicLong(bytes);
  }

  /// Whether so much more may be held. What was taken is given back.
  boolean take(int bytes) {
    long before = left.get();
    while (before >= bytes) {
      if (left.compareAndSet(before, before - bytes)) {
        return true;
      }
      before = left.get();
    }
    return false;
  }

  void giveBack(int bytes) {
    left.addAndGet(bytes);
  }

  long left() {
    return left.get();
  }
}
