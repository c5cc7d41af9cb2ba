package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.SandboxBroker;

/// Kills `serve` with SIGKILL at random moments, under load.
@Tag("faults")
class KillTest {
  // Messages in flight plus unstored marks: see RelayLimits.
  private static final int COPIES_MAX = 255 + 512;
  private static final Duration DRAIN_MAX = Duration.ofMinutes(1);

  @TempDir Path folder;

  @Test
  void losesNothingThatWasAnswered() throws Exception {
    RandomGenerator random = Rounds.random("KillTest");
    Load load = new Load(16);
    try (SandboxBroker broker = SandboxBroker.start()) {
      Arrivals arrivals = new Arrivals(broker);
      int copiesBefore = 0;
      for (int round = 1; round <= Rounds.of(3); round++) {
        ServeProcess serve = ServeProcess.start(folder, broker, ServeProcess.Options.DEFAULTS);
        try (Load.Running _ = load.start(serve.uri("/webhooks/stripe"))) {
          Eventually.pause(Duration.ofMillis(random.nextInt(200, 2_000)));
          serve.kill();
        }
        try (ServeProcess next =
            ServeProcess.start(folder, broker, ServeProcess.Options.DEFAULTS)) {
          next.awaitDrained(DRAIN_MAX);
        }
        List<String> ids = arrivals.ids();
        int copies = ids.size() - new HashSet<>(ids).size();
        System.out.printf(
            "round %d: %d answered 200 so far, %d copies by this kill%n",
            round, load.stored().size(), copies - copiesBefore);
        assertThat(copies - copiesBefore).isLessThanOrEqualTo(COPIES_MAX);
        arrivals.assertNothingIsMissing(load.stored());
        copiesBefore = copies;
      }
    }
    assertThat(load.stored()).isNotEmpty();
  }
}
