package stripebridge.core.config;

/// A setting as it holds, fit to be listed.
///
/// @param shown its text, secrets masked; empty when it is not set
public record EffectiveSetting(Setting<?> setting, String shown, Origin origin) {

  /// Where the value of a setting comes from.
  ///
  /// @param level the source
  /// @param text the source as an operator can go to it: `flag --app-port`, `environment`, `.env:3`,
  ///   `file /run/secrets/password`, `default`, `not set`
  public record Origin(Level level, String text) {
    /// The sources, the strongest first.
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
