package stripebridge.service.http;

/// The server could not listen. The message says where and what happened.
public final class ListenException extends Exception {
  static final String NO_SUCH_HOST = "there is no such host";

  private static final int FREE_PORT_MIN = 1024;

  private final String hint;

  private ListenException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  static ListenException at(String host, int port, String seen) {
    return new ListenException(
        "cannot listen on %s port %d: %s".formatted(host, port, seen), hint(port, seen));
  }

  /// What the operator can do.
  public String hint() {
    return hint;
  }

  private static String hint(int port, String seen) {
    if (seen.equals(NO_SUCH_HOST) || seen.contains("assign requested address")) {
      return "set APP_HOST to an address that this machine has, or 0.0.0.0 for all of them";
    }
    if (port > 0 && port < FREE_PORT_MIN && seen.contains("ermission denied")) {
      return "a port below 1024 takes a right: set APP_PORT to a higher one and put a proxy in"
          + " front, or grant it (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE)";
    }
    return "set APP_PORT (and ADMIN_PORT) to a free one, or 0 for any; on 8080 it is often a"
        + " broker's SEMP that is in the way";
  }
}
