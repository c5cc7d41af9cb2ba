package stripebridge.cli.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stripebridge.cli.validate.CounterLine.Verdict;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.routing.Topic;

class CounterJudgeTest {
  private static final Topic TOPIC = Topic.unroutable("acct_e2e");

  private final Map<Series, Double> before = new HashMap<>();
  private final Map<Series, Double> after = new HashMap<>();
  private final ExpectedCounts ledger =
      new ExpectedCounts(new RoutingTable(List.of(), Unlisted.UNROUTABLE));

  CounterJudgeTest() {
    ledger.accepted("payout.failed", TOPIC);
    ledger.refused();
    before.put(Metric.VERIFIED.series(), 7.0);
    after.putAll(before);
    ledger.expected().forEach((series, rise) -> add(series, rise));
  }

  private void add(Series series, double more) {
    after.merge(series, more, Double::sum);
  }

  private CounterJudge judge() {
    return new CounterJudge(before, after, ledger.expected(), false);
  }

  private static List<String> against(CounterJudge judge) {
    return judge.lines().stream()
        .filter(line -> !line.verdict().isGood())
        .map(CounterLine::against)
        .toList();
  }

  /// As one event of somebody else counts, from its webhook to its message.
  private void another(String type) {
    add(Metric.RECEIVED.series("event_type", type), 1);
    add(Metric.VERIFIED.series(), 1);
    add(Metric.PROCESSED.series("event_type", type, "success"), 1);
    add(Metric.ATTEMPTS.series("topic", "stripe/webhook/v1/other", "acked"), 1);
    add(Metric.DURATION.series("event_type", type), 1);
  }

  @Test
  void isContentWithExactlyWhatWasPosted() {
    assertThat(against(judge())).isEmpty();
    assertThat(judge().othersSend()).isFalse();
    assertThat(judge().lines()).extracting(CounterLine::verdict).containsOnly(Verdict.EXACT);
  }

  @Test
  void tellsOfEachCounterThatIsOneTooHighByItself() {
    for (Series series : ledger.expected().keySet()) {
      add(series, 1);
      assertThat(against(judge()))
          .as("%s", series)
          .singleElement()
          .asString()
          .startsWith(series.toString());
      add(series, -1);
    }
  }

  @Test
  void tellsOfEachCounterThatIsOneTooLow() {
    for (Series series : ledger.expected().keySet()) {
      add(series, -1);
      assertThat(against(judge())).as("%s", series).hasSize(1);
      add(series, 1);
    }
  }

  @Test
  void tellsOfFailuresAndParkedEventsThatNobodyElseMade() {
    add(Metric.FAILURES.series("topic", TOPIC.withoutAccount()), 1);
    add(Metric.PROCESSED.series("event_type", "other", "parked"), 1);
    assertThat(against(judge())).hasSize(2);
  }

  @Test
  void grantsWhatOthersSend() {
    another("invoice.finalized");
    assertThat(against(judge())).isEmpty();
    assertThat(judge().othersSend()).isTrue();
    assertThat(judge().lines()).extracting(CounterLine::verdict).contains(Verdict.OTHERS);
  }

  @Test
  void missesOursBesideWhatOthersSend() {
    another("invoice.finalized");
    Series ours = Metric.PROCESSED.series("event_type", "other", "success");
    add(ours, -1);
    assertThat(against(judge())).containsExactly(ours + " rose by 0, expected 1");
  }

  @Test
  void tellsOfARestart() {
    after.put(Metric.VERIFIED.series(), 1.0);
    assertThat(judge().lines())
        .filteredOn(line -> line.verdict() == Verdict.RESTARTED)
        .singleElement()
        .extracting(CounterLine::against)
        .isEqualTo("stripe_webhooks_verified_total went from 7 to 1");
  }

  @Test
  void tellsOfACounterThatIsNotThere() {
    after.remove(Metric.INVALID.series());
    assertThat(against(judge()))
        .containsExactly("stripe_webhooks_invalid_signature_total cannot be found");
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
