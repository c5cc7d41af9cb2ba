package stripebridge.service.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketImpl;
import java.net.SocketTimeoutException;

/// A client's socket whose blocked reader can be woken. The reader gets an exception: an end of
/// input would also end TLS, and no answer could be sent.
///
/// Thread-safe, as sockets are.
final class ClientSocket extends Socket {
  private volatile boolean isWoken;

  private ClientSocket() throws IOException {
    super((SocketImpl) null);
  }

  /// Accepts such sockets.
  static final class Server extends ServerSocket {
    Server() throws IOException {}

    @Override
    public ClientSocket accept() throws IOException {
      ClientSocket socket = new ClientSocket();
      implAccept(socket);
      return socket;
    }
  }

  /// Stops all reading.
  void wakeReader() throws IOException {
    isWoken = true;
    shutdownInput();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new Waking(super.getInputStream());
  }

  private final class Waking extends FilterInputStream {
    private Waking(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      if (count < 0 && isWoken) {
        // The only failure that JSSE does not take for the end of the connection.
        throw new SocketTimeoutException("woken");
      }
      return count;
    }
  }
}
