package stripebridge.sandbox.internal.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A TCP connection as if its client were far away: the bytes that arrive, the bytes that are sent
/// and the end of the connection take half a round trip each. TLS runs on top, so a handshake takes
/// as long as over a real network; only the connection itself is made at once.
///
/// Two threads move the bytes until the connection below ends. Thread-safe.
final class DelayedSocket extends Socket {
  private static final int BUFFER = 64 * 1024;

  /// How long a closed connection may need, beyond its delay, for what was sent before. A client
  /// that does not read must not keep it open.
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Socket below;
  private final long delayNanos;
  private final DelayLine incoming;
  private final DelayLine outgoing;
  private final CountDownLatch sent = new CountDownLatch(1);
  private final CountDownLatch received = new CountDownLatch(1);
  private volatile int readMillisMax;
  private volatile boolean isClosed;

  private DelayedSocket(Socket below, Duration latency) {
    this.below = below;
    this.delayNanos = latency.toNanos() / 2;
    this.incoming = new DelayLine(delayNanos, System::nanoTime);
    this.outgoing = new DelayLine(delayNanos, System::nanoTime);
  }

  /// Delays a connection. From now on, only the result is used.
  ///
  /// @param latency the time of a round trip
  static DelayedSocket start(Socket below, Duration latency) {
    DelayedSocket delayed = new DelayedSocket(below, latency);
    Thread.ofVirtual().name("sandbox-delay-in").start(delayed::receive);
    Thread.ofVirtual().name("sandbox-delay-out").start(delayed::send);
    return delayed;
  }

  private void receive() {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = below.getInputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        incoming.write(buffer, 0, count);
      }
      incoming.end(null);
    } catch (IOException e) {
      incoming.end(e);
    } finally {
      received.countDown();
    }
  }

  private void send() {
    byte[] buffer = new byte[BUFFER];
    // Closing it ends the receiving thread too.
    try (below) {
      OutputStream out = below.getOutputStream();
      for (int count = outgoing.read(buffer, 0, BUFFER, Long.MAX_VALUE);
          count >= 0;
          count = outgoing.read(buffer, 0, BUFFER, Long.MAX_VALUE)) {
        out.write(buffer, 0, count);
      }
    } catch (IOException _) {
      // The client is gone, and the reading side learns why.
    } finally {
      outgoing.cut();
      sent.countDown();
    }
  }

  /// Ends this side at once. What was sent before still reaches the client, and then the end does.
  @Override
  public void close() {
    isClosed = true;
    incoming.cut();
    outgoing.end(null);
  }

  /// Ends the connection at once, and drops what is under way.
  void abort() throws IOException {
    close();
    outgoing.cut();
    below.close();
  }

  /// Waits until a closed connection has ended for the client too and both threads are done.
  void awaitEnd() throws IOException {
    try {
      boolean _ = sent.await(delayNanos + LINGER_NANOS, TimeUnit.NANOSECONDS);
      abort();
      sent.await();
      received.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      abort();
    }
  }

  @Override
  public InputStream getInputStream() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] to, int at, int count) throws IOException {
        int millis = readMillisMax;
        return incoming.read(
            to, at, count, millis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(millis));
      }

      @Override
      public void close() {
        DelayedSocket.this.close();
      }
    };
  }

  @Override
  public OutputStream getOutputStream() {
    return new OutputStream() {
      @Override
      public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
      }

      @Override
      public void write(byte[] from, int at, int count) throws IOException {
        outgoing.write(from, at, count);
      }

      @Override
      public void close() {
        DelayedSocket.this.close();
      }
    };
  }

  @Override
  public void setSoTimeout(int millis) {
    readMillisMax = millis;
  }

  @Override
  public int getSoTimeout() {
    return readMillisMax;
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    below.setTcpNoDelay(on);
  }

  @Override
  public boolean getTcpNoDelay() throws SocketException {
    return below.getTcpNoDelay();
  }

  @Override
  public boolean isClosed() {
    return isClosed;
  }

  // The rest is what TLS and log lines ask a connection for.

  @Override
  public boolean isConnected() {
    return below.isConnected();
  }

  @Override
  public boolean isBound() {
    return below.isBound();
  }

  @Override
  public InetAddress getInetAddress() {
    return below.getInetAddress();
  }

  @Override
  public InetAddress getLocalAddress() {
    return below.getLocalAddress();
  }

  @Override
  public int getPort() {
    return below.getPort();
  }

  @Override
  public int getLocalPort() {
    return below.getLocalPort();
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return below.getRemoteSocketAddress();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return below.getLocalSocketAddress();
  }

  @Override
  public String toString() {
    return below.toString();
  }
}
