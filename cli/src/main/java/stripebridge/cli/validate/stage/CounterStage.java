package stripebridge.cli.validate.stage;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import stripebridge.cli.output.Counted;
import stripebridge.cli.validate.evidence.AdminPages;
import stripebridge.cli.validate.evidence.CounterJudge;
import stripebridge.cli.validate.evidence.ExpectedCounts;
import stripebridge.cli.validate.evidence.Metric;
import stripebridge.cli.validate.evidence.Series;
import stripebridge.cli.validate.evidence.WatchedQueues;
import stripebridge.cli.validate.report.Checks;
import stripebridge.cli.validate.report.CounterLine;
import stripebridge.cli.validate.report.CounterLine.Verdict;
import stripebridge.cli.validate.report.LiveText;
import stripebridge.cli.validate.report.Stage;
import stripebridge.core.broker.QueueStatus;

/// Checks the counters of the bridge and of the queues, before and after.
public final class CounterStage {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
  private static final int POLLS_MAX = 10;
  private static final String METRICS = "the bridge's counters rose as expected";
  private static final String QUEUES = "the queues' counters rose as expected";
  private static final String WAITING = "no event of the validation waits in the inbox";
  private static final String CONNECTED = "every replica is connected to the broker";

  private final ValidateRequest request;
  private final Checks checks;
  private final AdminPages pages;
  private final WatchedQueues queues;
  private final List<CounterLine> series = new ArrayList<>();
  private final List<CounterLine> summed = new ArrayList<>();

  public CounterStage(
      ValidateRequest request, Checks checks, AdminPages pages, WatchedQueues queues) {
    this.request = request;
    this.checks = checks;
    this.pages = pages;
    this.queues = queues;
  }

  /// The counters before the first event is posted.
  ///
  /// @param page absent if it could not be read
  /// @param problem why it could not be read
  /// @param isBusy whether the counters keep changing
  public record Baseline(
      Optional<Map<Series, Double>> page,
      String problem,
      boolean isBusy,
      Map<String, QueueStatus> statuses) {}

  /// Reads the counters at a moment when they do not change, if there is one.
  public Baseline baseline() throws InterruptedException {
    // A queue that cannot be read is reported when the counters are compared.
    Map<String, QueueStatus> statuses = queues.statuses();
    try {
      Map<Series, Double> page = pages.metrics();
      for (int poll = 0; poll < POLLS_MAX; poll++) {
        TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
        Map<Series, Double> next = pages.metrics();
        if (CounterJudge.isSame(page, next)) {
          return new Baseline(Optional.of(next), "", false, statuses);
        }
        page = next;
      }
      return new Baseline(Optional.of(page), "", true, statuses);
    } catch (IOException e) {
      return new Baseline(Optional.empty(), String.valueOf(e.getMessage()), false, statuses);
    }
  }

  /// Waits until all counters are as expected or the time is up, and reports them.
  ///
  /// @param text prints the table before the checks
  public void run(Baseline before, ExpectedCounts expectedCounts, EventPoster poster, LiveText text)
      throws InterruptedException {
    Comparison comparison = compare(before, expectedCounts, poster);
    long deadline = System.nanoTime() + request.awaitMax().toNanos();
    while (!comparison.isGood() && System.nanoTime() < deadline) {
      TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
      comparison = compare(before, expectedCounts, poster);
    }
    series.addAll(comparison.metrics());
    series.addAll(comparison.queues());
    summed.addAll(CounterJudge.summed(comparison.metrics()));
    summed.addAll(comparison.queues());
    text.counters(summed);
    metrics(before, comparison);
    gauges(before, comparison);
    queues(before, comparison);
  }

  /// Every counter that changed or should have changed.
  public List<CounterLine> series() {
    return series;
  }

  /// The same, with labels summed up.
  public List<CounterLine> summed() {
    return summed;
  }

  /// One comparison of the counters with the baseline.
  ///
  /// @param page absent if it could not be read
  /// @param problem why it could not be read
  private record Comparison(
      Optional<Map<Series, Double>> page,
      String problem,
      List<CounterLine> metrics,
      List<CounterLine> queues,
      boolean othersSend,
      List<String> waiting,
      boolean isConnected) {
    boolean isGood() {
      return page.isPresent()
          && waiting.isEmpty()
          && isConnected
          && metrics.stream().allMatch(line -> line.verdict().isGood())
          && queues.stream().allMatch(line -> line.verdict().isGood());
    }
  }

  private Comparison compare(Baseline before, ExpectedCounts expectedCounts, EventPoster poster)
      throws InterruptedException {
    List<CounterLine> ofQueues = queueLines(before.statuses(), poster.onQueue());
    if (before.page().isEmpty()) {
      return new Comparison(
          Optional.empty(), before.problem(), List.of(), ofQueues, false, List.of(), true);
    }
    try {
      Map<Series, Double> now = pages.metrics();
      CounterJudge judge =
          new CounterJudge(before.page().get(), now, expectedCounts.expected(), before.isBusy());
      boolean isConnected =
          Math.round(now.getOrDefault(Metric.CONNECTED, 0.0)) == pages.replicas().size();
      return new Comparison(
          Optional.of(now),
          "",
          judge.lines(),
          ofQueues,
          judge.othersSend(),
          judge.othersSend() ? List.of() : waiting(before.page().get(), now),
          isConnected);
    } catch (IOException e) {
      return new Comparison(
          Optional.empty(),
          String.valueOf(e.getMessage()),
          List.of(),
          ofQueues,
          false,
          List.of(),
          true);
    }
  }

  private static List<String> waiting(Map<Series, Double> before, Map<Series, Double> after) {
    List<String> clauses = new ArrayList<>();
    for (Series gauge : List.of(Metric.WAITING, Metric.PARKED)) {
      long was = Math.round(before.getOrDefault(gauge, 0.0));
      if (!after.containsKey(gauge)) {
        clauses.add(gauge + " is missing");
      } else if (Math.round(after.get(gauge)) > was) {
        clauses.add("%s went from %d to %d".formatted(gauge, was, Math.round(after.get(gauge))));
      }
    }
    return clauses;
  }

  private List<CounterLine> queueLines(
      Map<String, QueueStatus> before, Map<String, Integer> onQueue) throws InterruptedException {
    List<CounterLine> lines = new ArrayList<>();
    Map<String, QueueStatus> after = queues.statuses();
    before.forEach((queue, was) -> {
      QueueStatus now = after.get(queue);
      if (now == null) {
        lines.add(new CounterLine(queue, was.counters().spooled(), 0, 0, Verdict.MISSING));
        return;
      }
      long expectedRise = onQueue.getOrDefault(queue, 0);
      long rise = now.counters().spooled() - was.counters().spooled();
      if (expectedRise > 0) {
        Verdict verdict =
            rise < 0
                ? Verdict.RESTARTED
                : rise < expectedRise
                    ? Verdict.SHORT
                    : rise == expectedRise ? Verdict.EXACT : Verdict.OTHERS;
        lines.add(
            new CounterLine(
                queue + " spooled",
                was.counters().spooled(),
                now.counters().spooled(),
                expectedRise,
                verdict));
      }
      dropped(queue + " discarded", discarded(was), discarded(now), lines);
      dropped(
          queue + " lost to DMQ", was.counters().lostToDmq(), now.counters().lostToDmq(), lines);
    });
    return lines;
  }

  private static long discarded(QueueStatus status) {
    return status.counters().discarded().values().stream().mapToLong(Long::longValue).sum();
  }

  private static void dropped(String what, long before, long after, List<CounterLine> lines) {
    if (after > before) {
      lines.add(new CounterLine(what, before, after, 0, Verdict.OVER));
    }
  }

  private void metrics(Baseline before, Comparison comparison) {
    if (comparison.page().isEmpty()) {
      checks.failed(
          Stage.COUNTERS,
          METRICS,
          comparison.problem(),
          "pass --admin-url with the base URL of /metrics, once for each replica");
      return;
    }
    List<String> problems = problems(comparison.metrics());
    if (problems.isEmpty()) {
      checks.passed(
          Stage.COUNTERS,
          METRICS,
          Counted.of(comparison.metrics().size(), "counter") + " compared",
          before.isBusy() || comparison.othersSend()
              ? List.of("others send too, so each rose by at least the expected number")
              : List.of());
    } else {
      checks.failed(
          Stage.COUNTERS,
          METRICS,
          problems,
          "compare with the log of serve, which has a line per event; with several replicas, pass"
              + " --admin-url once for each");
    }
  }

  private void gauges(Baseline before, Comparison comparison) {
    if (comparison.page().isEmpty() || before.page().isEmpty()) {
      return;
    }
    Map<Series, Double> now = comparison.page().get();
    if (comparison.othersSend()) {
      checks.skipped(Stage.COUNTERS, WAITING, "others send too");
    } else {
      checks.judged(
          Stage.COUNTERS,
          WAITING,
          "%s is %d".formatted(Metric.WAITING, Math.round(now.getOrDefault(Metric.WAITING, 0.0))),
          comparison.waiting(),
          "'stripebridge inbox list' shows what waits; waiting events of a validation are"
              + " published once nothing blocks them");
    }
    checks.judged(
        Stage.COUNTERS,
        CONNECTED,
        "",
        comparison.isConnected()
            ? List.of()
            : List.of(
                "%s, added up over %d replicas, is %d"
                    .formatted(
                        Metric.CONNECTED,
                        pages.replicas().size(),
                        Math.round(now.getOrDefault(Metric.CONNECTED, 0.0)))),
        "the bridge's log says why it is not connected");
  }

  private void queues(Baseline before, Comparison comparison) {
    if (before.statuses().isEmpty()) {
      checks.skipped(Stage.COUNTERS, QUEUES, "they could not be read");
      return;
    }
    boolean hasOthers =
        comparison.queues().stream().anyMatch(line -> line.verdict() == Verdict.OTHERS);
    List<String> problems = problems(comparison.queues());
    if (problems.isEmpty()) {
      checks.passed(
          Stage.COUNTERS,
          QUEUES,
          "none discarded anything",
          hasOthers ? List.of("others send too, so some rose by more") : List.of());
    } else {
      checks.failed(
          Stage.COUNTERS,
          QUEUES,
          problems,
          "'stripebridge queues' shows why messages are discarded");
    }
  }

  private static List<String> problems(List<CounterLine> lines) {
    return lines.stream()
        .filter(line -> !line.verdict().isGood())
        .map(CounterLine::problem)
        .toList();
  }
}
