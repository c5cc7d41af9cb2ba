package stripebridge.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import stripebridge.core.testing.Seed;

class BackoffTest {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

  @Test
  void doublesAndKeepsToTheLaterHalfUpToTheMaximum() {
    RandomGenerator random = Seed.random("BackoffTest");
    long[] longestMillis = {500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000};
    for (int earlier = 0; earlier < longestMillis.length; earlier++) {
      long longest = longestMillis[earlier];
      for (int i = 0; i < 100; i++) {
        assertThat(BACKOFF.after(earlier, random).toMillis())
            .as("after %s failures", earlier)
            .isBetween(longest / 2, longest);
      }
    }
  }

  @Test
  void differsFromTryToTry() {
    RandomGenerator random = Seed.random("BackoffTest");
    assertThat(BACKOFF.after(0, random)).isNotEqualTo(BACKOFF.after(0, random));
  }

  @Test
  void staysAtTheMaximumAfterAnyNumberOfFailures() {
    assertThat(BACKOFF.after(Integer.MAX_VALUE, Seed.random("BackoffTest")))
        .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
  }

  @Test
  void refusesAMaximumBelowItsBase() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
  }
}
