package stripebridge.core.tls;

/// A file with certificates or a key cannot be used. The message names the file and the reason;
/// never a password.
public final class TlsFileException extends Exception {
  TlsFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
