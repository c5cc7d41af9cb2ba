package stripebridge.core.inbox;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The inbox could not do what was asked, and did none of it. The message says what was asked and
/// what went wrong.
public abstract sealed class InboxException extends Exception {
  private InboxException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// A later attempt may succeed without an operator: the disk is full, the store is unreachable.
  public static final class Unavailable extends InboxException {
    private final @Nullable String hint;

    public Unavailable(String message, @Nullable Throwable cause) {
      this(message, null, cause);
    }

    /// @param hint what the operator can do, if known
    public Unavailable(String message, @Nullable String hint, @Nullable Throwable cause) {
      super(message, cause);
      this.hint = hint;
    }

    public Optional<String> hint() {
      return Optional.ofNullable(hint);
    }
  }

  /// An operator must act: the store is damaged, in use by another process, or of a newer version.
  public static final class Unusable extends InboxException {
    private final String hint;

    /// @param hint what the operator can do
    public Unusable(String message, String hint, @Nullable Throwable cause) {
      super(message, cause);
      this.hint = hint;
    }

    public String hint() {
      return hint;
    }
  }
}
