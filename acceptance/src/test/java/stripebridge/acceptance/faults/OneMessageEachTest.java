package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxBroker;

/// No fault, but high load: `serve` starts with a backlog while many callers post. An entry that is
/// claimed twice would show as a copy.
@Tag("faults")
class OneMessageEachTest {
  private static final Duration DRAIN_MAX = Duration.ofMinutes(15);
  private static final int CALLERS = 64;

  @TempDir Path folder;

  @Test
  void isPublishedWhileABacklogIsReadAndManyCallersPost() throws Exception {
    int events = Rounds.areMany() ? 200_000 : 20_000;
    int backlog = Rounds.areMany() ? 20_000 : 4_000;
    ServeProcess.Options options =
        ServeProcess.Options.DEFAULTS
            .withSetting("ASYNC_QUEUE_SIZE", "1000000")
            .withSetting("LOG_LEVEL", "WARN");
    Load load = new Load(CALLERS);
    try (SandboxBroker broker = SandboxBroker.start()) {
      Arrivals arrivals = new Arrivals(broker);
      broker.inject(new Fault.Outage(Duration.ofHours(1)));
      try (ServeProcess serve = ServeProcess.start(folder, broker, options)) {
        try (Load.Running running =
            load.start(serve.uri("/webhooks/stripe"), backlog / CALLERS + 1)) {
          running.join();
        }
        assertThat(serve.terminate(Duration.ofMinutes(1))).isZero();
      }
      assertThat(load.stored()).hasSizeGreaterThanOrEqualTo(backlog);
      assertThat(arrivals.count()).isZero();

      broker.clearFaults();
      try (ServeProcess serve = ServeProcess.start(folder, broker, options)) {
        try (Load.Running running =
            load.start(serve.uri("/webhooks/stripe"), events / CALLERS + 1)) {
          running.join();
        }
        serve.awaitDrained(DRAIN_MAX);
        assertThat(serve.metric("inbox_parked")).hasValue(0);
        assertThat(serve.terminate(Duration.ofMinutes(1))).isZero();
      }
      List<String> ids = arrivals.ids();
      assertThat(load.answers()).containsOnlyKeys(200);
      assertThat(load.stored()).hasSizeGreaterThanOrEqualTo(backlog + events);
      assertThat(ids).hasSize(load.stored().size());
      assertThat(new HashSet<>(ids)).isEqualTo(load.stored());
      arrivals.assertOrderOfEachCustomer();
      System.out.println("OneMessageEachTest: " + ids.size() + " events, one message each");
    }
  }
}
