package stripebridge.core.broker;

import org.jspecify.annotations.Nullable;

/// The broker did not do what was asked. The message says which action failed on which object and
/// what the broker said; it never contains a secret.
public abstract sealed class BrokerException extends Exception {
  private BrokerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// The broker cannot be reached or is not ready; a later retry may succeed.
  public static final class Unavailable extends BrokerException {
    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// The credentials are wrong or lack the permission.
  public static final class Refused extends BrokerException {
    public Refused(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// The object is not in the state that the request expects: it already exists, is missing, or is
  /// in use.
  public static final class Conflict extends BrokerException {
    public Conflict(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// The broker cannot accept the request: a value out of range, an unknown attribute, an address
  /// or a VPN that does not exist.
  public static final class Invalid extends BrokerException {
    public Invalid(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
