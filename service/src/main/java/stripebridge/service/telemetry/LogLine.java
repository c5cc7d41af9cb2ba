package stripebridge.service.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Locale;
import stripebridge.core.config.LogSettings.LogFormat;
import stripebridge.core.config.LogSettings.LogLevel;

/// Builds one line of the log. Whatever the values are, it stays one line.
final class LogLine {
  // Long enough for any message of ours, short enough for log collectors.
  private static final int VALUE_LENGTH_MAX = 4_096;

  private final StringBuilder text = new StringBuilder(256);
  private final LogFormat format;

  LogLine(LogFormat format, Instant at, LogLevel level, String name) {
    this.format = format;
    switch (format) {
      case JSON -> {
        text.append("{\"ts\":\"").append(at).append("\",\"level\":\"");
        text.append(level.name().toLowerCase(Locale.ROOT));
        text.append("\",\"msg\":\"").append(name).append('"');
      }
      case TEXT -> {
        text.append(at).append(' ').append(level.name());
        // Aligns names in one column.
        text.append(" ".repeat(6 - level.name().length())).append(name);
      }
    }
  }

  LogLine with(String name, Object value) {
    switch (format) {
      case JSON -> {
        text.append(",\"").append(name).append("\":");
        if (value instanceof Number || value instanceof Boolean) {
          text.append(value);
        } else {
          quote(value.toString());
        }
      }
      case TEXT -> {
        text.append(' ').append(name).append('=');
        String plain = value.toString();
        if (isPlain(plain)) {
          text.append(plain);
        } else {
          quote(plain);
        }
      }
    }
    return this;
  }

  byte[] bytes() {
    if (format == LogFormat.JSON) {
      text.append('}');
    }
    return text.append('\n').toString().getBytes(UTF_8);
  }

  private static boolean isPlain(String value) {
    return !value.isEmpty()
        && value.length() <= VALUE_LENGTH_MAX
        && value.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\');
  }

  private void quote(String value) {
    text.append('"');
    int length = Math.min(value.length(), VALUE_LENGTH_MAX);
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        default -> {
          // Control characters of both ranges, and other characters that some readers take for a
          // line end.
          if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
            text.append("\\u%04x".formatted((int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    if (length < value.length()) {
      text.append('…');
    }
    text.append('"');
  }
}
