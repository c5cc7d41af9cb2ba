package stripebridge.solace.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
  private final FakeTime time = new FakeTime();

  @Test
  void spreadsRequestsEvenly() throws Exception {
    RateLimiter rateLimiter = new RateLimiter(4, time, time);
    for (int request = 0; request < 4; request++) {
      rateLimiter.await();
    }
    assertThat(time.slept())
        .containsExactly(Duration.ofMillis(250), Duration.ofMillis(250), Duration.ofMillis(250));
  }

  @Test
  void allowsNoBurstAfterAPause() throws Exception {
    RateLimiter rateLimiter = new RateLimiter(1, time, time);
    rateLimiter.await();
    time.pause(Duration.ofMinutes(1));
    rateLimiter.await();
    rateLimiter.await();
    assertThat(time.slept()).containsExactly(Duration.ofMinutes(1), Duration.ofSeconds(1));
  }

  @Test
  void waitsForNothingWithoutARate() throws Exception {
    RateLimiter rateLimiter = new RateLimiter(0, time, time);
    rateLimiter.await();
    rateLimiter.await();
    assertThat(time.slept()).isEmpty();
  }
}
