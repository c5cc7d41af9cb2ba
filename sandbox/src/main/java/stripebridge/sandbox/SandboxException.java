package stripebridge.sandbox;

import org.jspecify.annotations.Nullable;

/// The sandbox cannot do what the caller asked; the message says why.
public final class SandboxException extends RuntimeException {
  SandboxException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
