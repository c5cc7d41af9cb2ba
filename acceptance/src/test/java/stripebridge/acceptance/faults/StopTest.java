package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxBroker;

/// Sends SIGTERM under load, with a broker that acknowledges and with a broker that does not.
@Tag("faults")
class StopTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  // The JVM's own shutdown, on a busy machine.
  private static final Duration GRACE = Duration.ofSeconds(10);

  @TempDir Path folder;

  @Test
  void losesNothingAndEndsInTime() throws Exception {
    RandomGenerator random = Rounds.random("StopTest");
    Load load = new Load(16);
    ServeProcess.Options options =
        ServeProcess.Options.DEFAULTS.withSetting(
            "ASYNC_SHUTDOWN_TIMEOUT_SECONDS", Long.toString(TIMEOUT.toSeconds()));
    try (SandboxBroker broker = SandboxBroker.start()) {
      Arrivals arrivals = new Arrivals(broker);
      for (int round = 1; round <= Rounds.of(3); round++) {
        boolean isMute = round % 3 == 0;
        ServeProcess serve = ServeProcess.start(folder, broker, options);
        try (Load.Running _ = load.start(serve.uri("/webhooks/stripe"))) {
          Eventually.pause(Duration.ofMillis(random.nextInt(200, 1_500)));
          if (isMute) {
            broker.inject(new Fault.StallAcks());
          }
          assertThat(serve.terminate(TIMEOUT.plus(GRACE))).isZero();
        }
        assertThat(serve.log()).containsPattern("stopped: \\d+ waiting and 0 parked in the inbox");
        broker.clearFaults();
      }
      try (ServeProcess last = ServeProcess.start(folder, broker, options)) {
        last.awaitDrained(Duration.ofMinutes(1));
      }
      arrivals.assertNothingIsMissing(load.stored());
      System.out.println("StopTest: " + load.answers());
    }
    assertThat(load.answers().keySet()).isSubsetOf(200, 503);
  }
}
