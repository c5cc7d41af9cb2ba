package stripebridge.sandbox;

import org.jspecify.annotations.Nullable;

/// What was asked of the sandbox cannot be done; the message says why.
public final class SandboxException extends RuntimeException {
  SandboxException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
