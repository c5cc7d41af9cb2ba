package stripebridge.cli.validate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import stripebridge.cli.validate.CounterLine.Verdict;

/// Compares counters before and after with what had to happen.
///
/// A counter may have risen by more than that only when others send too, and that has to show
/// elsewhere as well: each webhook is counted as received, and as verified or invalid; each
/// published event as acknowledged, and as processed. A single counter that is too high is wrong.
final class CounterJudge {
  private final Map<Series, Double> before;
  private final Map<Series, Double> after;
  private final Map<Series, Long> expected;
  private final boolean othersPost;
  private final boolean othersPublish;

  /// @param isBusy whether others were seen to send already before
  CounterJudge(
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

  /// Whether two looks at a page show the same counters.
  static boolean isSame(Map<Series, Double> one, Map<Series, Double> other) {
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

  boolean othersSend() {
    return othersPost || othersPublish;
  }

  /// Every counter that moved, or had to.
  List<CounterLine> lines() {
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
    long wanted = expected.getOrDefault(series, 0L);
    return new CounterLine(
        series.toString(),
        value(before, series),
        value(after, series),
        wanted,
        verdict(series, wanted));
  }

  private Verdict verdict(Series series, long wanted) {
    if (!after.containsKey(series)) {
      return before.containsKey(series) ? Verdict.RESTARTED : Verdict.MISSING;
    }
    long rise = rise(series);
    if (rise < 0) {
      return Verdict.RESTARTED;
    }
    if (rise <= wanted) {
      return rise == wanted ? Verdict.EXACT : Verdict.SHORT;
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

  /// The same by metric and status, all other labels summed; the worst verdict of each counts.
  static List<CounterLine> summed(List<CounterLine> lines) {
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
