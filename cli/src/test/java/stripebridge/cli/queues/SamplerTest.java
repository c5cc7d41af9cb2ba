package stripebridge.cli.queues;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import stripebridge.core.broker.BrokerAdmin;

class SamplerTest {
  @Test
  void reportsAnErrorToTheThreadThatDraws() {
    BrokerAdmin broken =
        (BrokerAdmin)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {BrokerAdmin.class},
                (_, _, _) -> {
                  throw new NoClassDefFoundError("of the test");
                });
    InstantSource clock = InstantSource.system();
    QueueSurvey survey = new QueueSurvey(broken, clock, null, _ -> true);
    WatchState first =
        WatchState.first(
            "default", Duration.ofMillis(1), new Reading(clock.instant(), List.of(), null));
    Instant deadline = Instant.now().plusSeconds(30);
    try (Sampler sampler = new Sampler(survey, clock, first).start()) {
      while (sampler.failure().get() == null) {
        assertThat(Instant.now()).isBefore(deadline);
        LockSupport.parkNanos(1_000_000);
      }
      assertThat(sampler.failure().get()).isInstanceOf(NoClassDefFoundError.class);
    }
  }
}
