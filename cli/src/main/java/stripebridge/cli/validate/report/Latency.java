package stripebridge.cli.validate.report;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Statistics of the latencies of events.
public record Latency(int count, Duration average, Duration p50, Duration p95, Duration max) {

  /// Empty without any latency.
  static Optional<Latency> of(List<Duration> each) {
    if (each.isEmpty()) {
      return Optional.empty();
    }
    List<Duration> sorted = each.stream().sorted().toList();
    Duration sum = sorted.stream().reduce(Duration.ZERO, Duration::plus);
    return Optional.of(
        new Latency(
            sorted.size(),
            sum.dividedBy(sorted.size()),
            percentile(sorted, 50),
            percentile(sorted, 95),
            sorted.getLast()));
  }

  /// The nearest-rank percentile.
  private static Duration percentile(List<Duration> sorted, int percent) {
    int rank = (sorted.size() * percent + 99) / 100;
    return sorted.get(Math.max(0, rank - 1));
  }

  /// Such as `12 ms`, or `1.5 s`.
  public static String text(Duration time) {
    long millis = time.toMillis();
    return millis < 1_000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
  }
}
