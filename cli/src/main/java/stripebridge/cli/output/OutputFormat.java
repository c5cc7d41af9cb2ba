package stripebridge.cli.output;

import java.util.Locale;

/// The values of `--output`.
public enum OutputFormat {
  TABLE,
  JSON,
  YAML;

  /// The value as the user types it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
