package stripebridge.cli.validate.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatencyTest {
  @Test
  void takesTheNearestRank() {
    List<Duration> each = IntStream.rangeClosed(1, 20).mapToObj(Duration::ofMillis).toList();
    assertThat(Latency.of(each.reversed()))
        .contains(
            new Latency(
                20,
                Duration.ofNanos(10_500_000),
                Duration.ofMillis(10),
                Duration.ofMillis(19),
                Duration.ofMillis(20)));
  }

  @Test
  void isEmptyWithoutLatencies() {
    assertThat(Latency.of(List.of())).isEmpty();
  }

  @Test
  void showsLongTimesInSeconds() {
    assertThat(Latency.text(Duration.ofMillis(999))).isEqualTo("999 ms");
    assertThat(Latency.text(Duration.ofMillis(1_500))).isEqualTo("1.5 s");
  }
}
