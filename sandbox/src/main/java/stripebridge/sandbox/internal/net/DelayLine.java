package stripebridge.sandbox.internal.net;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One direction of a long wire: bytes, and then the end of the stream, come out a fixed time after
/// they went in, in the same order. What is under way does not wait for each other, so this delays
/// a stream and does not slow it down, until [#BYTES_MAX] are under way.
///
/// Thread-safe, for any number of writers and one reader. Its lock is always taken last, and
/// nothing else is done under it.
final class DelayLine {
  /// Bounds the memory of a connection. Far above what a full window of messages holds; the next
  /// writer waits for room, as at a full TCP window.
  static final int BYTES_MAX = 8 << 20;

  private static final int CHUNK_BYTES_MAX = 64 * 1024;
  // The objects of a chunk count too: single bytes must not take a multiple of the limit.
  private static final int CHUNK_OVERHEAD = 64;

  private final long delayNanos;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition emptied = lock.newCondition();
  private final ArrayDeque<Chunk> underWay = new ArrayDeque<>();
  private int bytes;
  private int takenOfFirst;

  /// Whether the writers' end is closed: nothing more goes in.
  private boolean isEnded;

  /// Whether the reader's end is closed: nothing more comes out.
  private boolean isCut;

  /// Bytes under way, or the end of the stream.
  ///
  /// @param failure how the stream ends; null for its regular end
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Chunk(byte[] data, boolean isEnd, @Nullable IOException failure, long due) {
    int size() {
      return data.length + CHUNK_OVERHEAD;
    }
  }

  /// @param nanoTime the clock, as [System#nanoTime()]
  DelayLine(long delayNanos, LongSupplier nanoTime) {
    this.delayNanos = delayNanos;
    this.nanoTime = nanoTime;
  }

  /// Sends a copy of the bytes. Waits while too much is under way.
  ///
  /// @throws SocketException when either end is closed, also while this waits
  void write(byte[] from, int at, int count) throws IOException {
    int end = at + count;
    for (int begin = at; begin < end; begin += CHUNK_BYTES_MAX) {
      writeChunk(Arrays.copyOfRange(from, begin, Math.min(begin + CHUNK_BYTES_MAX, end)));
    }
  }

  private void writeChunk(byte[] data) throws IOException {
    lock.lock();
    try {
      while (bytes >= BYTES_MAX && !isEnded && !isCut) {
        emptied.await();
      }
      if (isEnded || isCut) {
        throw new SocketException("Socket closed");
      }
      add(new Chunk(data, false, null, nanoTime.getAsLong() + delayNanos));
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      lock.unlock();
    }
  }

  private void add(Chunk chunk) {
    underWay.add(chunk);
    bytes += chunk.size();
    filled.signal();
  }

  /// Ends the stream: the reader learns of it after all earlier bytes. Later calls do nothing.
  ///
  /// @param failure how it ends; null for its regular end
  void end(@Nullable IOException failure) {
    lock.lock();
    try {
      if (!isEnded) {
        isEnded = true;
        add(new Chunk(new byte[0], true, failure, nanoTime.getAsLong() + delayNanos));
        emptied.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Drops what is under way. Both ends fail at once, also if they wait.
  void cut() {
    lock.lock();
    try {
      isCut = true;
      underWay.clear();
      filled.signalAll();
      emptied.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Takes bytes that have arrived, and waits for the first of them.
  ///
  /// @param patienceNanos how long to wait; 0 to take only what is there
  /// @return how many; -1 at the end of the stream
  /// @throws SocketTimeoutException when nothing arrives in time
  /// @throws IOException the failure that ended the stream
  int read(byte[] to, int at, int count, long patienceNanos) throws IOException {
    if (count == 0) {
      return 0;
    }
    lock.lock();
    try {
      Chunk first = await(patienceNanos);
      if (first.isEnd()) {
        if (first.failure() != null) {
          throw first.failure();
        }
        return -1;
      }
      return take(to, at, count);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      lock.unlock();
    }
  }

  /// The first chunk, once it has arrived. It stays in its place.
  private Chunk await(long patienceNanos) throws IOException, InterruptedException {
    long start = nanoTime.getAsLong();
    while (true) {
      if (isCut) {
        throw new SocketException("Socket closed");
      }
      long now = nanoTime.getAsLong();
      Chunk first = underWay.peek();
      if (first != null && first.due() - now <= 0) {
        return first;
      }
      long left = patienceNanos - (now - start);
      if (left <= 0) {
        throw new SocketTimeoutException("Read timed out");
      }
      long _ = filled.awaitNanos(first == null ? left : Math.min(left, first.due() - now));
    }
  }

  private int take(byte[] to, int at, int count) {
    long now = nanoTime.getAsLong();
    int taken = 0;
    for (Chunk next = underWay.peek();
        next != null && !next.isEnd() && next.due() - now <= 0 && taken < count;
        next = underWay.peek()) {
      int part = Math.min(next.data().length - takenOfFirst, count - taken);
      System.arraycopy(next.data(), takenOfFirst, to, at + taken, part);
      taken += part;
      takenOfFirst += part;
      if (takenOfFirst == next.data().length) {
        takenOfFirst = 0;
        bytes -= underWay.remove().size();
        emptied.signalAll();
      }
    }
    return taken;
  }

  private static SocketException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    SocketException closed = new SocketException("Closed by interrupt");
    closed.initCause(e);
    return closed;
  }
}
