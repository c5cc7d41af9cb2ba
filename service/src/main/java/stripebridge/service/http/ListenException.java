package stripebridge.service.http;

/// The server could not listen. The message says where, and what was seen.
public final class ListenException extends Exception {
  private ListenException(String message) {
    super(message);
  }

  static ListenException at(String host, int port, String seen) {
    return new ListenException("cannot listen on %s port %d: %s".formatted(host, port, seen));
  }
}
