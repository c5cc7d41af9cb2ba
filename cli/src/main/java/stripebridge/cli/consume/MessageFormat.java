package stripebridge.cli.consume;

import java.util.Locale;

/// The forms in which messages are printed.
public enum MessageFormat {
  /// For people: all of a message, its JSON indented.
  PRETTY,
  /// A line each, for programs.
  JSON,
  /// The payloads' bytes and nothing else, each followed by a line break.
  RAW,
  /// A row each.
  TABLE;

  /// As a user writes it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
