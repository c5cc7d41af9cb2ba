package stripebridge.sandbox.internal.broker;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The frames that wait to be written to one client: any thread adds, the client's writer takes.
/// Bounded in bytes: a client that does not read gets no more messages, and its own requests wait.
///
/// Thread-safe. Its lock is always taken last, and nothing else is done under it.
final class Outbox {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition emptied = lock.newCondition();
  private final long bytesMax;

  private ArrayDeque<OutgoingFrame> waiting = new ArrayDeque<>();
  private final AtomicLong bytes = new AtomicLong();
  private boolean isClosing;
  private boolean isClosed;

  Outbox(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /// Whether a message may be offered.
  boolean hasRoom() {
    return bytes.get() < bytesMax;
  }

  /// Adds without waiting, even beyond the limit: the caller has checked for room, or the frames
  /// are small and few.
  void offer(OutgoingFrame outgoing) {
    lock.lock();
    try {
      add(outgoing);
    } finally {
      lock.unlock();
    }
  }

  /// Adds once there is room. Only for the client's reading thread, which then waits for its
  /// client.
  void put(OutgoingFrame outgoing) throws InterruptedException {
    lock.lock();
    try {
      while (bytes.get() >= bytesMax && !isClosed) {
        emptied.await();
      }
      add(outgoing);
    } finally {
      lock.unlock();
    }
  }

  private void add(OutgoingFrame outgoing) {
    if (isClosed || isClosing) {
      return;
    }
    waiting.add(outgoing);
    bytes.addAndGet(outgoing.length());
    filled.signal();
  }

  /// Takes all waiting frames, once there is one. An empty result means that no more will come.
  ///
  /// @param spare an empty collection to fill next
  ArrayDeque<OutgoingFrame> take(ArrayDeque<OutgoingFrame> spare) throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty() && !isClosed && !isClosing) {
        filled.await();
      }
      if (isClosed) {
        waiting.clear();
      }
      ArrayDeque<OutgoingFrame> taken = waiting;
      waiting = spare;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /// Frees the room of written frames.
  void written(long count) {
    lock.lock();
    try {
      bytes.addAndGet(-count);
      emptied.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Accepts no more frames; the waiting ones are still written.
  void closeAfterWriting() {
    lock.lock();
    try {
      isClosing = true;
      filled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Accepts no more frames and discards the waiting ones.
  void close() {
    lock.lock();
    try {
      isClosed = true;
      filled.signalAll();
      emptied.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
