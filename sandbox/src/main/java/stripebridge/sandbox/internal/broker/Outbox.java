package stripebridge.sandbox.internal.broker;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What waits to be written to one client: filled by any thread, emptied by the client's writer.
/// Bounded in bytes: a client that does not read gets no more messages, and its own requests wait.
///
/// Thread-safe. Its lock is taken last of all and never held while anything else is done.
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

  /// Adds without waiting, whatever the room: the caller has asked for it, or what is added is
  /// small and of bounded number.
  void offer(OutgoingFrame outgoing) {
    lock.lock();
    try {
      add(outgoing);
    } finally {
      lock.unlock();
    }
  }

  /// Adds, once there is room. Only for the client's own reader: it then waits for its client.
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

  /// Takes all that waits, once there is something; an empty result says that no more will come.
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
      var taken = waiting;
      waiting = spare;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /// Gives room back for what has been written.
  void written(long count) {
    lock.lock();
    try {
      bytes.addAndGet(-count);
      emptied.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Takes no more; what waits is still written.
  void closeAfterWriting() {
    lock.lock();
    try {
      isClosing = true;
      filled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Takes no more and forgets what waits.
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
