package stripebridge.core.config;

import java.util.List;
import java.util.Map;

/// How a log line is written.
public enum LogFormat {
  JSON,
  TEXT;

  static final ValueType<LogFormat> TYPE = ValueTypes.oneOf(List.of(values()), Map.of());
}
