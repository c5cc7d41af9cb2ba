package stripebridge.cli.queues;

import java.time.Duration;
import java.util.Locale;

/// Formats numbers for people to read at a glance. Programs get them raw, in JSON and YAML.
final class HumanNumbers {
  private static final long PLAIN_MAX = 99_999;
  private static final String[] THOUSANDS = {"", "k", "M", "G", "T", "P", "E"};

  private HumanNumbers() {}

  /// A count such as `12,345`; from 100,000, `123k` or `1.2M`.
  static String count(long count) {
    return count <= PLAIN_MAX ? "%,d".formatted(count) : scaled(count, "");
  }

  /// A count with its noun, such as `1 message` or `12,345 messages`.
  static String count(long count, String noun) {
    return count(count) + " " + noun + (count == 1 ? "" : "s");
  }

  /// Bytes in powers of a thousand, as the broker counts a quota.
  static String bytes(long bytes) {
    return bytes < 1_000 ? bytes + " B" : scaled(bytes, " ") + "B";
  }

  private static String scaled(long value, String gap) {
    int power = 0;
    double scaled = (double) value;
    // 999.5 would round to four digits.
    while (scaled >= 999.5 && power < THOUSANDS.length - 1) {
      scaled /= 1_000;
      power++;
    }
    String digits = String.format(Locale.ROOT, scaled < 9.95 ? "%.1f" : "%.0f", scaled);
    return digits.replace(".0", "") + gap + THOUSANDS[power];
  }

  /// An age in at most two units: `45s`, `12m`, `2h03m`, `3d04h`, `120d`. A time ahead of our
  /// clock, from a broker whose clock differs, has age zero.
  static String age(Duration age) {
    if (age.isNegative()) {
      return "0s";
    }
    if (age.toMinutes() == 0) {
      return age.toSeconds() + "s";
    }
    if (age.toHours() == 0) {
      return age.toMinutes() + "m";
    }
    if (age.toDays() == 0) {
      return "%dh%02dm".formatted(age.toHours(), age.toMinutesPart());
    }
    return age.toDays() < 100
        ? "%dd%02dh".formatted(age.toDays(), age.toHoursPart())
        : age.toDays() + "d";
  }

  /// A rate per second: `0`, `0.3`, `17`, `1,200`.
  static String rate(double perSecond) {
    return perSecond > 0 && perSecond < 9.95
        ? String.format(Locale.ROOT, "%.1f", Math.max(perSecond, 0.1)).replace(".0", "")
        : count(Math.round(perSecond));
  }
}
