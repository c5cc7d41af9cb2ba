package stripebridge.service.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// The server could not listen. The message says where, and what was seen.
public final class ListenException extends Exception {
  private ListenException(String message) {
    super(message);
  }

  static ListenException at(String host, int port, String seen) {
    return new ListenException("cannot listen on %s port %d: %s".formatted(host, port, seen));
  }

  /// Finds out whether a port can be had: Helidon itself only logs that it could not.
  static void unlessFree(String host, int port) throws ListenException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw at(host, port, "there is no such host");
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(address);
    } catch (IOException e) {
      throw at(host, port, String.valueOf(e.getMessage()));
    }
  }
}
