package stripebridge.service.http;

import java.net.BindException;
import stripebridge.core.config.HttpSettings;

/// The server could not listen. The message says where, and what was seen.
public final class ListenException extends Exception {
  private ListenException(String message, Throwable cause) {
    super(message, cause);
  }

  static ListenException of(HttpSettings settings, Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && !(root instanceof BindException)) {
      root = root.getCause();
    }
    String ports =
        settings.admin() instanceof HttpSettings.Admin.OwnPort(int port)
            ? settings.port() + " and " + port
            : Integer.toString(settings.port());
    return new ListenException(
        "cannot listen on %s port %s: %s".formatted(settings.host(), ports, root.getMessage()),
        failure);
  }
}
