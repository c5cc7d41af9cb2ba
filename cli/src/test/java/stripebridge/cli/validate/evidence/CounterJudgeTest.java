package stripebridge.cli.validate.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stripebridge.cli.validate.report.CounterLine;
import stripebridge.cli.validate.report.CounterLine.Verdict;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.routing.Topic;

class CounterJudgeTest {
  private static final Topic TOPIC = Topic.unroutable("acct_e2e");

  private final Map<Series, Double> before = new HashMap<>();
  private final Map<Series, Double> after = new HashMap<>();
  private final ExpectedCounts expectedCounts =
      new ExpectedCounts(new RoutingTable(List.of(), Unlisted.UNROUTABLE));

  CounterJudgeTest() {
    expectedCounts.accepted("payout.failed", TOPIC);
    expectedCounts.refused();
    before.put(Metric.VERIFIED.series(), 7.0);
    after.putAll(before);
    expectedCounts.expected().forEach((series, rise) -> add(series, rise));
  }

  private void add(Series series, double more) {
    after.merge(series, more, Double::sum);
  }

  private CounterJudge judge() {
    return new CounterJudge(before, after, expectedCounts.expected(), false);
  }

  private static List<String> problems(CounterJudge judge) {
    return judge.lines().stream()
        .filter(line -> !line.verdict().isGood())
        .map(CounterLine::problem)
        .toList();
  }

  /// Counts one event of another sender, from its webhook to its message.
  private void another(String type) {
    add(Metric.RECEIVED.series("event_type", type), 1);
    add(Metric.VERIFIED.series(), 1);
    add(Metric.PROCESSED.series("event_type", type, "success"), 1);
    add(Metric.ATTEMPTS.series("topic", "stripe/webhook/v1/other", "acked"), 1);
    add(Metric.DURATION.series("event_type", type), 1);
  }

  @Test
  void acceptsExactlyWhatWasPosted() {
    assertThat(problems(judge())).isEmpty();
    assertThat(judge().othersSend()).isFalse();
    assertThat(judge().lines()).extracting(CounterLine::verdict).containsOnly(Verdict.EXACT);
  }

  @Test
  void reportsEachCounterThatIsOneTooHigh() {
    for (Series series : expectedCounts.expected().keySet()) {
      add(series, 1);
      assertThat(problems(judge()))
          .as("%s", series)
          .singleElement()
          .asString()
          .startsWith(series.toString());
      add(series, -1);
    }
  }

  @Test
  void reportsEachCounterThatIsOneTooLow() {
    for (Series series : expectedCounts.expected().keySet()) {
      add(series, -1);
      assertThat(problems(judge())).as("%s", series).hasSize(1);
      add(series, 1);
    }
  }

  @Test
  void reportsUnexpectedFailuresAndParkedEvents() {
    add(Metric.FAILURES.series("topic", TOPIC.withoutAccount()), 1);
    add(Metric.PROCESSED.series("event_type", "other", "parked"), 1);
    assertThat(problems(judge())).hasSize(2);
  }

  @Test
  void allowsForEventsOfOthers() {
    another("invoice.finalized");
    assertThat(problems(judge())).isEmpty();
    assertThat(judge().othersSend()).isTrue();
    assertThat(judge().lines()).extracting(CounterLine::verdict).contains(Verdict.OTHERS);
  }

  @Test
  void reportsAMissingEventDespiteEventsOfOthers() {
    another("invoice.finalized");
    Series ours = Metric.PROCESSED.series("event_type", "other", "success");
    add(ours, -1);
    assertThat(problems(judge())).containsExactly(ours + " rose by 0, expected 1");
  }

  @Test
  void reportsARestart() {
    after.put(Metric.VERIFIED.series(), 1.0);
    assertThat(judge().lines())
        .filteredOn(line -> line.verdict() == Verdict.RESTARTED)
        .singleElement()
        .extracting(CounterLine::problem)
        .isEqualTo("stripe_webhooks_verified_total went from 7 to 1");
  }

  @Test
  void reportsAMissingCounter() {
    after.remove(Metric.INVALID.series());
    assertThat(problems(judge()))
        .containsExactly("stripe_webhooks_invalid_signature_total is missing");
  }

  @Test
  void sumsUpByMetricAndStatus() {
    List<CounterLine> lines =
        List.of(
            new CounterLine("a{t=\"x\",status=\"acked\"}", 1, 2, 1, Verdict.EXACT),
            new CounterLine("a{t=\"y\",status=\"acked\"}", 3, 5, 1, Verdict.OVER),
            new CounterLine("b{t=\"x\"}", 0, 1, 1, Verdict.EXACT),
            new CounterLine("c", 0, 1, 1, Verdict.OTHERS));
    assertThat(CounterJudge.summed(lines))
        .containsExactly(
            new CounterLine("a acked", 4, 7, 2, Verdict.OVER),
            new CounterLine("b", 0, 1, 1, Verdict.EXACT),
            new CounterLine("c", 0, 1, 1, Verdict.OTHERS));
  }
}
