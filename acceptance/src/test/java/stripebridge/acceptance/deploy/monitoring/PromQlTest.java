package stripebridge.acceptance.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import stripebridge.acceptance.deploy.monitoring.PromQl.Aggregation;
import stripebridge.acceptance.deploy.monitoring.PromQl.Binary;
import stripebridge.acceptance.deploy.monitoring.PromQl.LabelMatcher;
import stripebridge.acceptance.deploy.monitoring.PromQl.Literal;
import stripebridge.acceptance.deploy.monitoring.PromQl.Selector;

class PromQlTest {
  /// `PromtoolTest` shows that promtool takes these.
  static final List<String> GOOD =
      List.of(
          "1",
          "-1 + 2 ^ -3",
          ".5 * up",
          "up > bool 1",
          "1 < bool 2",
          "up{}",
          "up{job=\"a\",instance!~'b|c',}",
          "rate(a_total[5m] offset 1h)",
          "a offset -1h30m",
          "a @ 1e9",
          "max_over_time((a > 1)[1h:5m])",
          "max_over_time(rate(a[5m])[1h:])",
          "sum(a)",
          "sum by (job,instance) (a)",
          "sum(a) by (job)",
          "sum without (job) (a)",
          "sum by () (a)",
          "topk(5, sum by (job) (rate(a[1m])))",
          "count_values(\"version\", a)",
          "histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))",
          "a and on (job) b or c unless ignoring (x) d",
          "a * on (job) group_left (version) b",
          "time() - a",
          "hour()",
          "round(a, 5)",
          "label_replace(a, \"x\", \"$1\", \"y\", \"(.*)\")",
          "recorded:by:us > 2",
          "sum_of_it",
          "offset_a + by",
          "scalar(a) > bool 1",
          "NaN");

  /// `PromtoolTest` shows that promtool refuses these.
  static final List<String> BAD =
      List.of(
          "",
          "a b",
          "(a",
          "a)",
          "a +",
          "rate(a)",
          "rate(a[5m]",
          "rate(sum(a)[5m])",
          "rat(a[5m])",
          "a[5m] + 1",
          "a[5]",
          "a[]",
          "a[5x]",
          "1 > 2",
          "1 and a",
          "a and 1",
          "a + bool b",
          "a + \"x\"",
          "1 + on (job) a",
          "sum(a, b)",
          "sum(1)",
          "topk(a)",
          "topk(a, 5)",
          "sum by job (a)",
          "sum by (job (a)",
          "histogram_quantile(a, 0.9)",
          "a{job}",
          "a{job=x}",
          "a{job==\"x\"}",
          "a{job=~\"(\"}",
          "a{job=\"x}",
          "a{job=\"x\" instance=\"y\"}",
          "(a + b) offset 5m",
          "time(1)",
          "a $ b",
          "a[5m][5m]",
          "a offset b");

  @ParameterizedTest
  @FieldSource("GOOD")
  void takes(String text) {
    assertThatCode(() -> PromQl.parse(text)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @FieldSource("BAD")
  void refuses(String text) {
    assertThatThrownBy(() -> PromQl.parse(text)).isInstanceOf(PromQl.SyntaxException.class);
  }

  /// Prometheus refuses it only when it evaluates the rule.
  @Test
  void refusesARangeAsAResult() {
    refuses("a[5m]");
  }

  @Test
  void saysWhatIsWrongAndWhere() {
    assertThatThrownBy(() -> PromQl.parse("1 + rat(a[5m])"))
        .hasMessage("unknown function rat at 4 of: 1 + rat(a[5m])");
  }

  @Test
  void bindsLikePrometheus() {
    Selector a = new Selector("a", List.of(), PromQl.Type.VECTOR);
    Selector b =
        new Selector("b", List.of(new LabelMatcher("c", "=~", "d\"e")), PromQl.Type.VECTOR);
    assertThat(PromQl.parse("a or sum by (x) (b{c=~'d\\\"e'}) > 2 * 3"))
        .isEqualTo(
            new Binary(
                "or",
                List.of(),
                List.of(
                    a,
                    new Binary(
                        ">",
                        List.of(),
                        List.of(
                            new Aggregation("sum", List.of("x"), List.of(b)),
                            new Binary(
                                "*",
                                List.of(),
                                List.of(
                                    new Literal(PromQl.Type.SCALAR, "2"),
                                    new Literal(PromQl.Type.SCALAR, "3")),
                                PromQl.Type.SCALAR)),
                        PromQl.Type.VECTOR)),
                PromQl.Type.VECTOR));
  }
}
