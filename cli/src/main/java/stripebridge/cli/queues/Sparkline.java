package stripebridge.cli.queues;

import java.util.List;

/// Draws a trend in a few characters.
final class Sparkline {
  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final String ASCII = "_.-=+*#@";

  private Sparkline() {}

  /// The latest values, the last one at the end, blank for a missing value.
  ///
  /// The top is the largest value. The bottom is the smallest, but at least a tenth below the top:
  /// one message in a thousand is not a trend.
  ///
  /// @param width the most characters
  /// @param unicode whether the terminal can show block characters
  static String of(List<Long> values, int width, boolean unicode) {
    List<Long> shown = values.subList(Math.max(0, values.size() - width), values.size());
    long top = shown.stream().mapToLong(Long::longValue).max().orElse(0);
    long least = shown.stream().mapToLong(Long::longValue).filter(it -> it >= 0).min().orElse(0);
    double range = Math.max(1, Math.max((double) (top - least), top / 10.0));
    double bottom = Math.max(0, top - range);
    String bars = unicode ? BARS : ASCII;
    StringBuilder line = new StringBuilder();
    for (long value : shown) {
      line.append(
          value == History.GAP
              ? ' '
              : bars.charAt((int) Math.round((value - bottom) / range * (bars.length() - 1))));
    }
    return line.toString();
  }
}
