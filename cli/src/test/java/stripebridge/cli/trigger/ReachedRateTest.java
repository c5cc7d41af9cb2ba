package stripebridge.cli.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReachedRateTest {
  private static ReachedRate of(
      double rate, int concurrency, int events, double s, double blocked) {
    return new ReachedRate(new Pace(rate, concurrency), events, time(s), time(blocked));
  }

  private static Duration time(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1000 | 5000 | 5.0   | 1,000/s of the requested 1,000/s",
        // The last one has its share of a second, even if its answer comes sooner.
        "1    | 2    | 1.003 | 1/s of the requested 1/s",
        "1000 | 5000 | 5.02  | 996/s of the requested 1,000/s",
        "0.5  | 3    | 24    | 0.125/s of the requested 0.5/s",
        "0    | 100  | 8     | 12.5/s"
      })
  void saysBothRates(double rate, int events, double seconds, String summary) {
    assertThat(of(rate, 64, events, seconds, 0).summary()).isEqualTo(summary);
  }

  @Test
  void hasNoShortfallWhereTheRateWasReached() {
    assertThat(of(1_000, 64, 5_000, 5.2, 0.1).shortfall()).isEmpty();
    assertThat(of(0, 64, 5_000, 50, 49).shortfall()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "64 | 10  | 5 | 64 webhooks waited for an answer at a time, the most allowed"
            + " (--concurrency)",
        "1  | 10  | 5 | each webhook waited for the answer to the one before (--concurrency)",
        "64 | 10  | 4 | this machine did not make and post webhooks faster",
        "64 | 1.9 | 0 | the run was too short; pass a larger --count"
      })
  void saysWhyTheRateWasNotReached(int concurrency, double seconds, double blocked, String why) {
    assertThat(of(5_000, concurrency, 5_000, seconds, blocked).shortfall())
        .contains("the requested rate was not reached: " + why);
  }
}
