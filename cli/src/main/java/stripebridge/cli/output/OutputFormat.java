package stripebridge.cli.output;

import java.util.Locale;

/// The forms of `--output`.
public enum OutputFormat {
  TABLE,
  JSON,
  YAML;

  /// As a user writes it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
