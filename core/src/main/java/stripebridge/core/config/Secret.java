package stripebridge.core.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// A text that never shows itself: it prints as `***`, also within records, and is not
/// serializable.
public final class Secret {
  /// What stands for a secret wherever one would be printed.
  public static final String MASK = "***";

  private final String text;

  public Secret(String text) {
    this.text = text;
  }

  /// The text itself, for the one place that needs it.
  public String reveal() {
    return text;
  }

  public boolean isEmpty() {
    return text.isEmpty();
  }

  /// Compares in a time that tells nothing of where two secrets differ.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret that
        && MessageDigest.isEqual(
            text.getBytes(StandardCharsets.UTF_8), that.text.getBytes(StandardCharsets.UTF_8));
  }

  /// The same for all: the hash of a secret is a fingerprint of it.
  @Override
  public int hashCode() {
    return MASK.hashCode();
  }

  @Override
  public String toString() {
    return MASK;
  }
}
