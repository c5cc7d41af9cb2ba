package stripebridge.service.capture;

import org.jspecify.annotations.Nullable;

/// The folder for captures cannot be used. The message names it and the reason.
public final class CaptureFolderException extends Exception {
  private final @Nullable String hint;

  CaptureFolderException(String message, @Nullable String hint) {
    super(message);
    this.hint = hint;
  }

  /// What to do; null when nothing helps.
  public @Nullable String hint() {
    return hint;
  }
}
