package stripebridge.bench.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/// A network of a given length: a TCP proxy on the loopback that passes bytes on after a delay, in
/// both directions. It limits no rate: while some bytes wait, more follow.
final class DelayProxy implements AutoCloseable {
  private static final int CHUNK_BYTES = 64 * 1024;
  // What may be under way in one direction. With a delay of 10 ms that is 1.6 GB/s, far more than
  // anyone here sends, so that only the delay is felt.
  private static final int UNDER_WAY_BYTES_MAX = 16 * 1024 * 1024;
  // The kernel wakes a thread some 50 µs late; the rest of the wait is spun.
  private static final long SPIN_NANOS = 60_000;

  private final int target;
  private final long delayNanos;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /// @param target the port on the loopback
  /// @param delay one way; a round trip takes twice as long
  DelayProxy(int target, Duration delay) throws IOException {
    this.target = target;
    this.delayNanos = delay.toNanos();
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start("accept", this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  private interface Body {
    void run() throws IOException, InterruptedException;
  }

  private static void start(String name, Body body) {
    Thread _ =
        Thread.ofPlatform()
            .daemon()
            .name("delay-proxy-" + name)
            .start(() -> {
              try {
                body.run();
              } catch (IOException | InterruptedException _) {
                // One end has closed, or the proxy has.
              }
            });
  }

  private void accept() throws IOException {
    while (true) {
      Socket near = listening.accept();
      Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(near);
      open.add(far);
      pass(near, far);
      pass(far, near);
    }
  }

  /// Bytes on their way; none at all when the sender has closed its side.
  ///
  /// @param due when they arrive, by [System#nanoTime]
  private record Chunk(byte[] bytes, long due) {}

  private void pass(Socket from, Socket to) throws IOException {
    from.setTcpNoDelay(true);
    to.setTcpNoDelay(true);
    BlockingQueue<Chunk> underWay = new LinkedBlockingQueue<>();
    Semaphore room = new Semaphore(UNDER_WAY_BYTES_MAX);
    start(
        "in",
        () -> {
          try (from) {
            read(from, underWay, room);
          } finally {
            open.remove(from);
          }
        });
    start(
        "out",
        () -> {
          try {
            write(to, underWay, room);
          } catch (IOException e) {
            // The reader of this direction would wait for room forever.
            from.close();
            throw e;
          }
        });
  }

  private void read(Socket from, BlockingQueue<Chunk> underWay, Semaphore room)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[CHUNK_BYTES];
    int count;
    try {
      count = from.getInputStream().read(buffer);
      while (count > 0) {
        room.acquire(count);
        underWay.add(new Chunk(Arrays.copyOf(buffer, count), System.nanoTime() + delayNanos));
        count = from.getInputStream().read(buffer);
      }
    } finally {
      underWay.add(new Chunk(new byte[0], System.nanoTime() + delayNanos));
    }
  }

  private static void write(Socket to, BlockingQueue<Chunk> underWay, Semaphore room)
      throws IOException, InterruptedException {
    while (true) {
      Chunk chunk = underWay.take();
      for (long left = chunk.due() - System.nanoTime();
          left > 0;
          left = chunk.due() - System.nanoTime()) {
        if (left > SPIN_NANOS) {
          LockSupport.parkNanos(left - SPIN_NANOS);
        } else {
          Thread.onSpinWait();
        }
      }
      if (chunk.bytes().length == 0) {
        to.shutdownOutput();
        return;
      }
      to.getOutputStream().write(chunk.bytes());
      room.release(chunk.bytes().length);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
