package stripebridge.sandbox.internal.net;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// Accepts connections on one port and serves each on its own virtual thread. A client's first byte
/// tells whether it speaks WebSocket.
///
/// Thread-safe.
public final class Listener implements AutoCloseable {
  private static final int BACKLOG = 256;

  /// The time limit for the TLS and WebSocket handshakes.
  private static final int HANDSHAKE_MILLIS_MAX = 10_000;

  private static final long RETRY_NANOS = 100_000_000;

  /// How long [#close()] waits for connections to end.
  private static final int CLOSE_SECONDS_MAX = 5;

  private final ServerSocket server;
  private final @Nullable SSLContext tls;
  private final Duration latency;
  private final Consumer<Transport> serve;
  private final Consumer<String> log;
  private final int connectionsMax;
  private final Semaphore permits;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Thread accepting;
  private volatile boolean isClosing;

  private Listener(
      ServerSocket server,
      @Nullable SSLContext tls,
      Duration latency,
      int connectionsMax,
      Consumer<Transport> serve,
      Consumer<String> log) {
    this.server = server;
    this.tls = tls;
    this.latency = latency;
    this.serve = serve;
    this.log = log;
    this.connectionsMax = connectionsMax;
    this.permits = new Semaphore(connectionsMax);
    this.accepting = Thread.ofVirtual().name("sandbox-accept").unstarted(this::accept);
  }

  /// Starts listening.
  ///
  /// @param port 0 picks a free port
  /// @param tls null for plain connections
  /// @param latency the time of a round trip that is added to each connection's own; zero for none
  /// @param connectionsMax concurrent connections; further ones are closed at once
  /// @param serve serves one connection on its own thread, and returns when it is done
  /// @throws IOException when the port is taken; the message names it
  public static Listener open(
      InetAddress address,
      int port,
      @Nullable SSLContext tls,
      Duration latency,
      int connectionsMax,
      Consumer<Transport> serve,
      Consumer<String> log)
      throws IOException {
    ServerSocket server = new ServerSocket();
    try {
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(address, port), BACKLOG);
    } catch (BindException e) {
      server.close();
      throw new IOException(
          "cannot listen on %s:%d: %s".formatted(address.getHostAddress(), port, e.getMessage()),
          e);
    }
    Listener listener = new Listener(server, tls, latency, connectionsMax, serve, log);
    listener.accepting.start();
    return listener;
  }

  public int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        if (permits.tryAcquire()) {
          startThread(socket);
        } else {
          log.accept("closed " + socket.getRemoteSocketAddress() + ": too many connections");
          socket.close();
        }
      } catch (IOException e) {
        if (!server.isClosed()) {
          log.accept("cannot accept on port " + port() + ": " + e.getMessage());
          // Out of file descriptors, for example: retrying at once would only burn CPU.
          LockSupport.parkNanos(RETRY_NANOS);
        }
      } catch (RuntimeException | Error e) {
        // The port must keep accepting after any failure.
        log.accept("cannot accept on port " + port() + ": " + e);
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  private void startThread(Socket socket) throws IOException {
    try {
      Thread.ofVirtual().name("sandbox-client").start(() -> handle(socket));
    } catch (RuntimeException | Error e) {
      permits.release();
      socket.close();
      throw e;
    }
  }

  private void handle(Socket accepted) {
    serve(latency.isZero() ? accepted : DelayedSocket.start(accepted, latency));
  }

  private void serve(Socket socket) {
    sockets.add(socket);
    try {
      if (isClosing) {
        // It came too late for the closing thread to see it.
        return;
      }
      socket.setTcpNoDelay(true);
      // In a handshake, the client's next byte is a round trip away.
      socket.setSoTimeout(HANDSHAKE_MILLIS_MAX + (int) latency.toMillis());
      Transport transport = handshake(socket);
      if (transport != null) {
        serve.accept(transport);
      }
    } catch (IOException e) {
      log.accept("closed " + socket.getRemoteSocketAddress() + ": " + e.getMessage());
    } finally {
      end(socket);
      sockets.remove(socket);
      permits.release();
    }
  }

  private void end(Socket socket) {
    try {
      if (isClosing) {
        abort(socket);
      }
      socket.close();
      if (socket instanceof DelayedSocket delayed) {
        delayed.awaitEnd();
      }
    } catch (IOException e) {
      log.accept("closed " + socket.getRemoteSocketAddress() + ": " + e.getMessage());
    }
  }

  private static void abort(Socket socket) throws IOException {
    if (socket instanceof DelayedSocket delayed) {
      delayed.abort();
    } else {
      socket.close();
    }
  }

  private @Nullable Transport handshake(Socket socket) throws IOException {
    Socket top = socket;
    if (tls != null) {
      SSLSocket secure =
          (SSLSocket) tls.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
      secure.setUseClientMode(false);
      secure.startHandshake();
      top = secure;
    }
    SocketTransport transport = new SocketTransport(socket, top);
    return switch (transport.peek()) {
      case -1 -> null;
      case 'G' -> WebSocketTransport.upgrade(transport);
      default -> transport;
    };
  }

  /// Stops listening; existing connections stay open.
  public void stopAccepting() {
    try {
      server.close();
    } catch (IOException e) {
      log.accept("port " + port() + " did not close cleanly: " + e.getMessage());
    }
  }

  /// Stops listening, closes every connection and waits for their threads to end.
  @Override
  public void close() {
    stopAccepting();
    isClosing = true;
    try {
      for (Socket socket : sockets) {
        abort(socket);
      }
      if (!permits.tryAcquire(connectionsMax, CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
        log.accept("connections on port " + port() + " are slow to end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.accept("a connection on port " + port() + " did not end cleanly: " + e.getMessage());
    }
  }
}
