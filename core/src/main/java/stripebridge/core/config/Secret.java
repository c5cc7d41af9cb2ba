package stripebridge.core.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// A text that is never printed by accident: it prints as `***`, also inside records, and is not
/// serializable.
public final class Secret {
  /// The text printed in place of a secret.
  public static final String MASK = "***";

  private final String text;

  public Secret(String text) {
    this.text = text;
  }

  /// The text itself, for the one place that uses it.
  public String reveal() {
    return text;
  }

  public boolean isEmpty() {
    return text.isEmpty();
  }

  /// Compares in constant time, so that timing does not reveal where two secrets differ.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret that
        && MessageDigest.isEqual(
            text.getBytes(StandardCharsets.UTF_8), that.text.getBytes(StandardCharsets.UTF_8));
  }

  /// The same for all secrets: a hash would be a fingerprint of the text.
  @Override
  public int hashCode() {
    return MASK.hashCode();
  }

  @Override
  public String toString() {
    return MASK;
  }
}
