package stripebridge.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A proxy between a client and the sandbox. Shut, it stops reading from the broker.
final class PausableProxy implements AutoCloseable {
  private final SandboxBroker broker;
  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition opened = lock.newCondition();
  private boolean isShut;

  PausableProxy(SandboxBroker broker) throws IOException {
    this.broker = broker;
    this.server = new ServerSocket();
    // Small buffers, so that a stalled reader is soon noticed.
    server.setReceiveBufferSize(8 * 1024);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.startVirtualThread(this::accept);
  }

  String uri() {
    return "tcp://127.0.0.1:" + server.getLocalPort();
  }

  void shut() {
    set(true);
  }

  void open() {
    set(false);
  }

  private void set(boolean shut) {
    lock.lock();
    try {
      isShut = shut;
      opened.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Socket inner = new Socket();
        sockets.add(client);
        sockets.add(inner);
        inner.setReceiveBufferSize(8 * 1024);
        inner.connect(new InetSocketAddress(broker.host(), broker.smfPort()));
        Thread.startVirtualThread(() -> copy(client, inner, false));
        Thread.startVirtualThread(() -> copy(inner, client, true));
      }
    } catch (IOException _) {
      // Closed by the test.
    }
  }

  private void copy(Socket from, Socket to, boolean waits) {
    try (from;
        to) {
      byte[] buffer = new byte[4 * 1024];
      while (true) {
        if (waits) {
          awaitOpen();
        }
        int count = from.getInputStream().read(buffer);
        if (count < 0) {
          return;
        }
        to.getOutputStream().write(buffer, 0, count);
      }
    } catch (IOException _) {
      // One end is gone, so the other ends too.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitOpen() throws InterruptedException {
    lock.lock();
    try {
      while (isShut) {
        opened.await();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    open();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
