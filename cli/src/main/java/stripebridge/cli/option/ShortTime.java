package stripebridge.cli.option;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Times as options take them: `500ms`, `10s`, `1m`.
public final class ShortTime {
  private static final Pattern TIME = Pattern.compile("([0-9]{1,7})(ms|s|m)");

  private ShortTime() {}

  /// The time, or nothing where the text is none or the time is out of bounds.
  public static Optional<Duration> parse(String text, Duration min, Duration max) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    Duration time =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          default -> Duration.ofMinutes(number);
        };
    return time.compareTo(min) >= 0 && time.compareTo(max) <= 0
        ? Optional.of(time)
        : Optional.empty();
  }
}
