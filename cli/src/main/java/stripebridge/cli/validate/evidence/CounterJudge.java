package stripebridge.cli.validate.evidence;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import stripebridge.cli.validate.report.CounterLine;
import stripebridge.cli.validate.report.CounterLine.Verdict;

/// Compares the rise of each counter with the expected one.
///
/// A counter may rise by more only if others send events too, which must show in more than one
/// counter: each webhook counts as received, and as verified or invalid; each published event as
/// acknowledged, and as processed. A single counter that is too high is wrong.
public final class CounterJudge {
  private final Map<Series, Double> before;
  private final Map<Series, Double> after;
  private final Map<Series, Long> expected;
  private final boolean othersPost;
  private final boolean othersPublish;

  /// Prepares the comparison.
  ///
  /// @param isBusy whether others sent events before the validation began
  public CounterJudge(
      Map<Series, Double> before,
      Map<Series, Double> after,
      Map<Series, Long> expected,
      boolean isBusy) {
    this.before = before;
    this.after = after;
    this.expected = expected;
    Map<Metric, Long> surplus = new EnumMap<>(Metric.class);
    for (Series series : counters()) {
      Metric metric = Metric.of(series).orElseThrow();
      boolean isPublished =
          (metric != Metric.PROCESSED && metric != Metric.ATTEMPTS)
              || "success".equals(series.label("status"))
              || "acked".equals(series.label("status"));
      if (isPublished) {
        surplus.merge(
            metric, Math.max(0, rise(series) - expected.getOrDefault(series, 0L)), Long::sum);
      }
    }
    othersPost =
        isBusy
            || (surplus.getOrDefault(Metric.RECEIVED, 0L) > 0
                && surplus.getOrDefault(Metric.VERIFIED, 0L)
                        + surplus.getOrDefault(Metric.INVALID, 0L)
                    > 0);
    othersPublish =
        isBusy
            || (surplus.getOrDefault(Metric.PROCESSED, 0L) > 0
                && surplus.getOrDefault(Metric.ATTEMPTS, 0L) > 0);
  }

  /// Whether two readings of a page show the same counters.
  public static boolean isSame(Map<Series, Double> one, Map<Series, Double> other) {
    return counters(one).equals(counters(other));
  }

  private static Map<Series, Double> counters(Map<Series, Double> page) {
    Map<Series, Double> counters = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    page.forEach((series, value) -> {
      if (Metric.of(series).isPresent()) {
        counters.put(series, value);
      }
    });
    return counters;
  }

  public boolean othersSend() {
    return othersPost || othersPublish;
  }

  /// Every counter that changed or should have changed.
  public List<CounterLine> lines() {
    return counters().stream()
        .filter(series -> expected.containsKey(series) || rise(series) != 0)
        .sorted((one, other) -> one.toString().compareTo(other.toString()))
        .map(this::line)
        .toList();
  }

  private Set<Series> counters() {
    Set<Series> all = new HashSet<>(expected.keySet());
    Predicate<Series> isCounter = series -> Metric.of(series).isPresent();
    before.keySet().stream().filter(isCounter).forEach(all::add);
    after.keySet().stream().filter(isCounter).forEach(all::add);
    return all;
  }

  private long value(Map<Series, Double> page, Series series) {
    return Math.round(page.getOrDefault(series, 0.0));
  }

  private long rise(Series series) {
    return value(after, series) - value(before, series);
  }

  private CounterLine line(Series series) {
    long expectedRise = expected.getOrDefault(series, 0L);
    return new CounterLine(
        series.toString(),
        value(before, series),
        value(after, series),
        expectedRise,
        verdict(series, expectedRise));
  }

  private Verdict verdict(Series series, long expectedRise) {
    if (!after.containsKey(series)) {
      return before.containsKey(series) ? Verdict.RESTARTED : Verdict.MISSING;
    }
    long rise = rise(series);
    if (rise < 0) {
      return Verdict.RESTARTED;
    }
    if (rise <= expectedRise) {
      return rise == expectedRise ? Verdict.EXACT : Verdict.SHORT;
    }
    return mayBeOthers(series) ? Verdict.OTHERS : Verdict.OVER;
  }

  private boolean mayBeOthers(Series series) {
    return switch (Metric.of(series).orElseThrow()) {
      case RECEIVED, VERIFIED, INVALID -> othersPost;
      case PROCESSED ->
          "duplicate".equals(series.label("status")) ? othersPost : othersPost || othersPublish;
      case ATTEMPTS, FAILURES -> othersPost || othersPublish;
      case DURATION -> othersPublish;
    };
  }

  /// Sums up the lines by metric and status, each with the worst verdict of its lines.
  public static List<CounterLine> summed(List<CounterLine> lines) {
    Map<String, List<CounterLine>> groups = new LinkedHashMap<>();
    for (CounterLine line : lines) {
      groups.computeIfAbsent(family(line.metric()), _ -> new ArrayList<>()).add(line);
    }
    List<CounterLine> sums = new ArrayList<>();
    groups.forEach((name, all) ->
        sums.add(
            new CounterLine(
                name,
                all.stream().mapToLong(CounterLine::before).sum(),
                all.stream().mapToLong(CounterLine::after).sum(),
                all.stream().mapToLong(CounterLine::expected).sum(),
                all.stream()
                    .map(CounterLine::verdict)
                    .reduce(Verdict.EXACT, (one, other) -> worse(one, other)))));
    return sums;
  }

  private static Verdict worse(Verdict one, Verdict other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  /// `name{…,status="acked"}` becomes `name acked`.
  private static String family(String metric) {
    int open = metric.indexOf('{');
    if (open < 0) {
      return metric;
    }
    int status = metric.indexOf("status=\"");
    return metric.substring(0, open)
        + (status < 0 ? "" : " " + metric.substring(status + 8, metric.indexOf('"', status + 8)));
  }
}
