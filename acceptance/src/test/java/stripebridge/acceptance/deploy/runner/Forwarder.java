package stripebridge.acceptance.deploy.runner;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// One port of a Service: passes each connection to one of its pods in turn, as kube-proxy does. If
/// that pod refuses it, it resets the connection, and asks no other. What is connected stays
/// connected to its pod. Thread-safe.
final class Forwarder implements AutoCloseable {
  private static final int CONNECT_MILLIS_MAX = 2_000;
  private static final int BACKLOG = 1_000;

  private final ServerSocket server;
  private final Supplier<List<InetSocketAddress>> targets;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger next = new AtomicInteger();

  private Forwarder(ServerSocket server, Supplier<List<InetSocketAddress>> targets) {
    this.server = server;
    this.targets = targets;
  }

  /// Listens.
  ///
  /// @param targets asked again for each connection
  static Forwarder start(String address, int port, Supplier<List<InetSocketAddress>> targets)
      throws IOException {
    ServerSocket server = new ServerSocket();
    try {
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port), BACKLOG);
    } catch (IOException e) {
      server.close();
      throw new IOException("cannot listen on " + address + " port " + port, e);
    }
    Forwarder forwarder = new Forwarder(server, targets);
    Thread.ofVirtual().name("forwarder " + address).start(forwarder::accept);
    return forwarder;
  }

  private void accept() {
    while (true) {
      try {
        Socket client = server.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> pass(client));
      } catch (IOException _) {
        // It is closed.
        return;
      }
    }
  }

  private void pass(Socket client) {
    Optional<Socket> pod = connect();
    if (pod.isEmpty()) {
      reset(client);
      return;
    }
    open.add(pod.get());
    if (server.isClosed()) {
      close();
    }
    Thread back = Thread.ofVirtual().start(() -> copy(pod.get(), client));
    copy(client, pod.get());
    try {
      back.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    end(client);
    end(pod.get());
  }

  private Optional<Socket> connect() {
    List<InetSocketAddress> now = targets.get();
    if (now.isEmpty()) {
      return Optional.empty();
    }
    Socket socket = new Socket();
    try {
      socket.connect(
          now.get(Math.floorMod(next.getAndIncrement(), now.size())), CONNECT_MILLIS_MAX);
      socket.setTcpNoDelay(true);
      return Optional.of(socket);
    } catch (IOException _) {
      end(socket);
      return Optional.empty();
    }
  }

  private void copy(Socket from, Socket to) {
    try {
      to.setTcpNoDelay(true);
      InputStream in = from.getInputStream();
      in.transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException _) {
      // One side has reset the connection: so must the other be.
      reset(from);
      reset(to);
    }
  }

  private void reset(Socket socket) {
    try {
      socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException _) {
      // It is closed already.
    }
    end(socket);
  }

  private void end(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException _) {
      // Nothing more can be done for it.
    }
  }

  /// Resets all connections, and refuses new ones.
  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException _) {
      // Nothing more can be done for it.
    }
    List.copyOf(open).forEach(this::reset);
  }
}
