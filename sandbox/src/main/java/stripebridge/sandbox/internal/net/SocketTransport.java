package stripebridge.sandbox.internal.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.Socket;

/// A plain or a TLS socket.
final class SocketTransport implements Transport {
  /// The TCP socket, below TLS if there is TLS. Closing it never waits for a handshake or a lock.
  private final Socket tcpSocket;

  private final PushbackInputStream in;
  private final OutputStream out;
  private final boolean isTls;

  SocketTransport(Socket tcpSocket, Socket socket) throws IOException {
    this.tcpSocket = tcpSocket;
    this.isTls = !tcpSocket.equals(socket);
    this.in = new PushbackInputStream(socket.getInputStream(), 1);
    this.out = socket.getOutputStream();
  }

  /// Peeks at the first byte; -1 at the end of the stream.
  int peek() throws IOException {
    int first = in.read();
    if (first >= 0) {
      in.unread(first);
    }
    return first;
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public InetAddress address() {
    return tcpSocket.getInetAddress();
  }

  @Override
  public String description() {
    return (isTls ? "tcps " : "tcp ") + address().getHostAddress() + ":" + tcpSocket.getPort();
  }

  @Override
  public boolean isTls() {
    return isTls;
  }

  @Override
  public void readTimeout(int millis) throws IOException {
    tcpSocket.setSoTimeout(millis);
  }

  @Override
  public void abort() {
    try {
      tcpSocket.close();
    } catch (IOException _) {
      // It is closed either way.
    }
  }
}
