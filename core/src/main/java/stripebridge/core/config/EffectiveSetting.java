package stripebridge.core.config;

/// A setting and its effective value, for a listing.
///
/// @param shown the value as text, secrets masked; empty when not set
public record EffectiveSetting(Setting<?> setting, String shown, Origin origin) {

  /// Where a setting's value comes from.
  ///
  /// @param level the source
  /// @param text the source in words that help an operator find it: `flag --app-port`,
  ///   `environment`, `.env:3`, `file /run/secrets/password`, `default`, `not set`
  public record Origin(Level level, String text) {
    /// The sources, strongest first.
    public enum Level {
      FLAG,
      ENVIRONMENT,
      DOT_ENV,
      DEFAULT,
      NOT_SET
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
