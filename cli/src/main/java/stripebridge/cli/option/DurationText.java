package stripebridge.cli.option;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads every duration on the command line: `500ms`, `10s`, `1.5m`, `2h`, `3d`; a number without a
/// unit is seconds.
public final class DurationText implements ITypeConverter<Duration> {
  /// The end of an error about an option whose value fails [#isWait].
  public static final String WAIT_RANGE = "takes a duration from 100ms to 60m, such as 2s";

  private static final Pattern DURATION =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(ms|s|m|h|d)?");
  // A busy broker may take longer than the minimum to answer; a wait above the maximum is a
  // mistake.
  private static final Duration WAIT_MIN = Duration.ofMillis(100);
  private static final Duration WAIT_MAX = Duration.ofHours(1);

  @Override
  public Duration convert(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a duration such as 500ms, 10s, 5m, 2h or 3d");
    }
    String unit = matcher.group(2);
    long millis =
        switch (unit == null ? "s" : unit) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          default -> 86_400_000;
        };
    return Duration.ofMillis(
        new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(millis)).longValue());
  }

  /// Whether a command can sensibly wait this long.
  public static boolean isWait(Duration duration) {
    return duration.compareTo(WAIT_MIN) >= 0 && duration.compareTo(WAIT_MAX) <= 0;
  }
}
