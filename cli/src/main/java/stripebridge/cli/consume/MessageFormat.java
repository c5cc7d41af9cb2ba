package stripebridge.cli.consume;

import java.util.Locale;

/// The values of `consume --output`.
public enum MessageFormat {
  /// For people: the whole message, its JSON indented.
  PRETTY,
  /// For programs: a line per message.
  JSON,
  /// Only the payloads' bytes, each followed by a line break.
  RAW,
  /// For people: a row per message.
  TABLE;

  /// The value as the user types it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
