package stripebridge.core.config;

import java.util.List;
import java.util.Map;

/// What is logged, and how.
public record LogSettings(LogLevel level, LogFormat format) {
  static LogSettings from(Values values) {
    return new LogSettings(values.get(Settings.LOG_LEVEL), values.get(Settings.LOG_FORMAT));
  }

  /// How severe a log line is, the least first.
  public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR;

    // The other names are those of Python's logging, which the replaced tool has.
    static final ValueType<LogLevel> TYPE =
        ValueType.oneOf(List.of(values()), Map.of("warning", WARN, "critical", ERROR));
  }

  /// How a log line is written.
  public enum LogFormat {
    JSON,
    TEXT;

    static final ValueType<LogFormat> TYPE = ValueType.oneOf(List.of(values()), Map.of());
  }
}
