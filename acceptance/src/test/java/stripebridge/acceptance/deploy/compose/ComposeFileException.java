package stripebridge.acceptance.deploy.compose;

/// Docker Compose, or this reader, cannot use the file.
public final class ComposeFileException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ComposeFileException(String message) {
    super(message);
  }
}
