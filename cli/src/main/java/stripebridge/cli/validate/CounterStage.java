package stripebridge.cli.validate;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import stripebridge.cli.output.Counted;
import stripebridge.cli.validate.CounterLine.Verdict;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueStatus;

/// The bridge's counters and those of the queues, before and after.
final class CounterStage {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
  private static final int LOOKS_MAX = 10;
  private static final String METRICS = "the bridge's counters rose as they had to";
  private static final String QUEUES = "the queues' counters rose as they had to";
  private static final String WAITING = "no entry of ours waits in the inbox";
  private static final String CONNECTED = "every replica is connected to the broker";

  private final ValidateRequest setup;
  private final Checks checks;
  private final AdminPages pages;
  private final WatchedQueues queues;
  private final List<CounterLine> series = new ArrayList<>();
  private final List<CounterLine> shown = new ArrayList<>();

  CounterStage(ValidateRequest setup, Checks checks, AdminPages pages, WatchedQueues queues) {
    this.setup = setup;
    this.checks = checks;
    this.pages = pages;
    this.queues = queues;
  }

  /// How it was before.
  ///
  /// @param page absent when it could not be read
  /// @param problem why
  /// @param isBusy whether the counters do not stand still
  record Baseline(
      Optional<Map<Series, Double>> page,
      String problem,
      boolean isBusy,
      Map<String, QueueStatus> statuses) {}

  /// Reads the counters at a moment when they stand still, if there is one.
  Baseline baseline() throws InterruptedException {
    Map<String, QueueStatus> statuses = statuses();
    try {
      Map<Series, Double> page = pages.metrics();
      for (int look = 0; look < LOOKS_MAX; look++) {
        TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
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

  private Map<String, QueueStatus> statuses() throws InterruptedException {
    Map<String, QueueStatus> statuses = new LinkedHashMap<>();
    for (QueueEvidence proof : queues.proofs()) {
      try {
        queues.status(proof.queue()).ifPresent(status -> statuses.put(proof.queue(), status));
      } catch (BrokerException _) {
        // It is missing then, and said to be.
      }
    }
    return statuses;
  }

  /// Waits until all is as it has to be, or the time is over, and says how it is.
  ///
  /// @param text shows the table before the checks
  void run(Baseline before, ExpectedCounts ledger, EventPoster posting, LiveText text)
      throws InterruptedException {
    Comparison comparison = compare(before, ledger, posting);
    long deadline = System.nanoTime() + setup.awaitMax().toNanos();
    while (!comparison.isGood() && System.nanoTime() < deadline) {
      TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
      comparison = compare(before, ledger, posting);
    }
    series.addAll(comparison.metrics());
    series.addAll(comparison.queues());
    shown.addAll(CounterJudge.summed(comparison.metrics()));
    shown.addAll(comparison.queues());
    text.counters(shown);
    metrics(before, comparison);
    gauges(before, comparison);
    queues(before, comparison);
  }

  /// Every counter that moved, or had to.
  List<CounterLine> series() {
    return series;
  }

  /// The same, labels summed.
  List<CounterLine> shown() {
    return shown;
  }

  /// One look.
  ///
  /// @param page absent when it could not be read
  /// @param problem why
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

  private Comparison compare(Baseline before, ExpectedCounts ledger, EventPoster posting)
      throws InterruptedException {
    List<CounterLine> ofQueues = queueLines(before.statuses(), posting.onQueue());
    if (before.page().isEmpty()) {
      return new Comparison(
          Optional.empty(), before.problem(), List.of(), ofQueues, false, List.of(), true);
    }
    try {
      Map<Series, Double> now = pages.metrics();
      CounterJudge judge =
          new CounterJudge(before.page().get(), now, ledger.expected(), before.isBusy());
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
        clauses.add(gauge + " is not among the metrics");
      } else if (Math.round(after.get(gauge)) > was) {
        clauses.add("%s went from %d to %d".formatted(gauge, was, Math.round(after.get(gauge))));
      }
    }
    return clauses;
  }

  private List<CounterLine> queueLines(
      Map<String, QueueStatus> before, Map<String, Integer> onQueue) throws InterruptedException {
    List<CounterLine> lines = new ArrayList<>();
    Map<String, QueueStatus> after = statuses();
    before.forEach((queue, was) -> {
      QueueStatus now = after.get(queue);
      if (now == null) {
        lines.add(new CounterLine(queue, was.counters().spooled(), 0, 0, Verdict.MISSING));
        return;
      }
      long wanted = onQueue.getOrDefault(queue, 0);
      long rise = now.counters().spooled() - was.counters().spooled();
      if (wanted > 0) {
        Verdict verdict =
            rise < 0
                ? Verdict.RESTARTED
                : rise < wanted ? Verdict.SHORT : rise == wanted ? Verdict.EXACT : Verdict.OTHERS;
        lines.add(
            new CounterLine(
                queue + " spooled",
                was.counters().spooled(),
                now.counters().spooled(),
                wanted,
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
    List<String> against = against(comparison.metrics());
    if (against.isEmpty()) {
      checks.passed(
          Stage.COUNTERS,
          METRICS,
          Counted.of(comparison.metrics().size(), "counter") + " compared",
          before.isBusy() || comparison.othersSend()
              ? List.of("others send too, so each rose by at least what is expected")
              : List.of());
    } else {
      checks.failed(
          Stage.COUNTERS,
          METRICS,
          against,
          "compare with the log of serve, a line an event; where there are several replicas, pass"
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
          "'stripebridge inbox list' shows what waits; events of a validation that waits are"
              + " published once nothing is in the way");
    }
    checks.judged(
        Stage.COUNTERS,
        CONNECTED,
        "",
        comparison.isConnected()
            ? List.of()
            : List.of(
                "%s of %d replicas is %d"
                    .formatted(
                        Metric.CONNECTED,
                        pages.replicas().size(),
                        Math.round(now.getOrDefault(Metric.CONNECTED, 0.0)))),
        "the bridge's log says why it is not connected");
  }

  private void queues(Baseline before, Comparison comparison) {
    if (before.statuses().isEmpty()) {
      checks.skipped(Stage.COUNTERS, QUEUES, "they could not be asked for");
      return;
    }
    boolean hasOthers =
        comparison.queues().stream().anyMatch(line -> line.verdict() == Verdict.OTHERS);
    List<String> against = against(comparison.queues());
    if (against.isEmpty()) {
      checks.passed(
          Stage.COUNTERS,
          QUEUES,
          "none discarded anything",
          hasOthers ? List.of("others send too, so some rose by more") : List.of());
    } else {
      checks.failed(
          Stage.COUNTERS, QUEUES, against, "'stripebridge queues' says why messages are discarded");
    }
  }

  private static List<String> against(List<CounterLine> lines) {
    return lines.stream()
        .filter(line -> !line.verdict().isGood())
        .map(CounterLine::against)
        .toList();
  }
}
