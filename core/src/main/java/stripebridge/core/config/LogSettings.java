package stripebridge.core.config;

import java.util.List;
import java.util.Map;

/// Which lines are logged, and in which format.
public record LogSettings(LogLevel level, LogFormat format) {
  static LogSettings from(Values values) {
    return new LogSettings(values.get(Settings.LOG_LEVEL), values.get(Settings.LOG_FORMAT));
  }

  /// The severity of a log line, lowest first.
  public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR;

    // The extra names are those of Python's logging, which the replaced tool used.
    static final ValueType<LogLevel> TYPE =
        ValueType.oneOf(List.of(values()), Map.of("warning", WARN, "critical", ERROR));
  }

  /// The format of a log line.
  public enum LogFormat {
    JSON,
    TEXT;

    static final ValueType<LogFormat> TYPE = ValueType.oneOf(List.of(values()), Map.of());
  }
}
