package stripebridge.cli.queues;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static Reading reading(Rows... queues) {
    return new Reading(Rows.NOW, List.of(queues).stream().map(Rows::row).toList(), null);
  }

  private static Optional<History.Rates> rates(Rows before, Rows now, Duration since) {
    return Optional.ofNullable(
        History.NONE
            .after(reading(before), Duration.ZERO)
            .after(reading(now), since)
            .of("q")
            .map(HistoryTest::rates)
            .orElse(null));
  }

  private static History.@Nullable Rates rates(History.Track track) {
    return track.rates();
  }

  private static Rows q(long spooled, long depth) {
    return Rows.of("q").spooled(spooled).depth(depth);
  }

  @Test
  void computesRatesInAndOut() {
    assertThat(rates(q(100, 10), q(120, 4), Duration.ofSeconds(2)))
        .contains(new History.Rates(10, 13));
    assertThat(rates(q(100, 10), q(100, 10), Duration.ofSeconds(2)))
        .contains(new History.Rates(0, 0));
  }

  @Test
  void hasNoNegativeRateWhenTheDepthIsNewerThanTheCounter() {
    assertThat(rates(q(100, 10), q(100, 11), Duration.ofSeconds(1)))
        .contains(new History.Rates(0, 0));
  }

  @Test
  void hasNoRateWithoutTwoComparableReadings() {
    Duration second = Duration.ofSeconds(1);
    // The statistics were cleared.
    assertThat(rates(q(100, 10), q(5, 5), second)).isEmpty();
    assertThat(rates(q(100, 10).notCounted(), q(101, 10), second)).isEmpty();
    assertThat(rates(q(100, 10), q(101, 10), Duration.ZERO)).isEmpty();
    assertThat(History.NONE.after(reading(q(1, 1)), second).of("q").map(HistoryTest::rates))
        .isEmpty();
  }

  @Test
  void keepsAGapAndTheSamplesBefore() {
    History history =
        History.NONE
            .after(reading(q(1, 1)), Duration.ZERO)
            .afterGap()
            .after(reading(q(5, 3)), Duration.ofSeconds(2));
    assertThat(history.of("q"))
        .hasValueSatisfying(track -> {
          assertThat(track.depths()).containsExactly(1L, History.GAP, 3L);
          assertThat(track.rates()).isEqualTo(new History.Rates(2, 1));
        });
  }

  @Test
  void forgetsDeletedQueuesAndOldSamples() {
    History history = History.NONE.after(reading(Rows.of("gone")), Duration.ZERO);
    for (int i = 0; i <= History.SAMPLES_MAX; i++) {
      history = history.after(reading(q(100, i)), Duration.ofSeconds(1));
    }
    assertThat(history.of("gone")).isEmpty();
    assertThat(history.of("q").orElseThrow().depths())
        .hasSize(History.SAMPLES_MAX)
        .startsWith(1L)
        .endsWith((long) History.SAMPLES_MAX);
  }
}
