package stripebridge.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import stripebridge.core.config.RelaySettings;

class RelayLimitsTest {

  @Test
  void takesRetriesAndBackoffFromTheSettings() {
    RelayLimits limits = RelayLimits.of(settings(7, Duration.ofMillis(500)), 1L << 30);
    assertThat(limits)
        .returns(7, RelayLimits::refusalsMax)
        .returns(new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30)), RelayLimits::backoff);
  }

  @Test
  void waitsNoLessThanABaseAboveTheUsualMaximum() {
    assertThat(RelayLimits.of(settings(3, Duration.ofSeconds(60)), 1L << 30).backoff())
        .isEqualTo(new Backoff(Duration.ofSeconds(60), Duration.ofSeconds(60)));
  }

  private static RelaySettings settings(int refusalsMax, Duration base) {
    return new RelaySettings(
        Duration.ofDays(4), 100_000, refusalsMax, base, Duration.ofSeconds(30));
  }
}
