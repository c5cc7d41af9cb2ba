package stripebridge.core.broker;

import org.jspecify.annotations.Nullable;

/// The broker did not do what was asked. The message says what could not be done to what, and what
/// was seen; never a secret.
public abstract sealed class BrokerException extends Exception {
  private BrokerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// It could not be reached or is not ready: trying again later may help.
  public static final class Unavailable extends BrokerException {
    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// The credentials are wrong, or do not permit it.
  public static final class Refused extends BrokerException {
    public Refused(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// The object is not in the state that the request takes for granted: it exists already, it is
  /// missing, it is in use.
  public static final class Conflict extends BrokerException {
    public Conflict(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// The broker does not take what was asked for: a value out of its range, an attribute it does
  /// not know, an address or a VPN that is not there.
  public static final class Invalid extends BrokerException {
    public Invalid(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
