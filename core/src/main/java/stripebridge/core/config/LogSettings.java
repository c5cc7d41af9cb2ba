package stripebridge.core.config;

/// What is logged, and how.
public record LogSettings(LogLevel level, LogFormat format) {
  static LogSettings from(Values values) {
    return new LogSettings(values.get(Settings.LOG_LEVEL), values.get(Settings.LOG_FORMAT));
  }
}
