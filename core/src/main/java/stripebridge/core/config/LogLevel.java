package stripebridge.core.config;

import java.util.List;
import java.util.Map;

/// How severe a log line is, the least first.
public enum LogLevel {
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR;

  // The other names are those of Python's logging, which the replaced tool has.
  static final ValueType<LogLevel> TYPE =
      ValueTypes.oneOf(List.of(values()), Map.of("warning", WARN, "critical", ERROR));
}
