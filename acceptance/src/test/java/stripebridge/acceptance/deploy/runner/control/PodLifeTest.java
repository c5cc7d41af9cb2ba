package stripebridge.acceptance.deploy.runner.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stripebridge.acceptance.deploy.runner.control.PodLife.RestartPolicy;
import stripebridge.acceptance.deploy.runner.control.PodStep.Ask;
import stripebridge.acceptance.deploy.runner.control.PodStep.Kill;
import stripebridge.acceptance.deploy.runner.control.PodStep.RunHook;
import stripebridge.acceptance.deploy.runner.control.PodStep.Start;
import stripebridge.acceptance.deploy.runner.control.PodStep.Terminate;

class PodLifeTest {
  private static final Instant BEGIN = Instant.EPOCH;
  private static final Probe.Timing SECONDLY =
      new Probe.Timing(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1), 3, 1);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(10), seconds(300));

  @Test
  void asksTheStartupProbeFirstAndTheOthersAfterIt() {
    PodLife life = life(RestartPolicy.ALWAYS, probes(SECONDLY), false);

    assertThat(life.tick(BEGIN)).containsExactly(new Start());
    assertThat(life.tick(BEGIN)).containsExactly(new Ask(ProbeKind.STARTUP, 1));
    assertThat(life.tick(at(5))).as("asked, and not answered yet").isEmpty();
    life.answered(ProbeKind.STARTUP, 1, true);
    assertThat(life.isReady()).isFalse();
    assertThat(life.tick(at(6)))
        .containsExactly(new Ask(ProbeKind.READINESS, 1), new Ask(ProbeKind.LIVENESS, 1));
    life.answered(ProbeKind.READINESS, 1, true);
    assertThat(life.isReady()).isTrue();
    assertThat(life.phase()).isEqualTo(PodPhase.RUNNING);
  }

  @Test
  void isReadyAgainAfterOneSuccessAndNotReadyAfterItsThreshold() {
    PodLife life = life(RestartPolicy.ALWAYS, Map.of(ProbeKind.READINESS, SECONDLY), false);
    life.tick(BEGIN);
    answer(life, 0, true);
    answer(life, 1, false);
    answer(life, 2, false);
    assertThat(life.isReady()).isTrue();
    answer(life, 3, false);
    assertThat(life.isReady()).isFalse();
    answer(life, 4, true);
    assertThat(life.isReady()).isTrue();
  }

  private static void answer(PodLife life, int second, boolean isSuccess) {
    assertThat(life.tick(at(second))).containsExactly(new Ask(ProbeKind.READINESS, 1));
    life.answered(ProbeKind.READINESS, 1, isSuccess);
  }

  @Test
  void restartsAContainerWhoseLivenessProbeFails() {
    PodLife life = life(RestartPolicy.ALWAYS, Map.of(ProbeKind.LIVENESS, SECONDLY), false);
    life.tick(BEGIN);
    for (int second = 0; second < 3; second++) {
      assertThat(life.tick(at(second))).containsExactly(new Ask(ProbeKind.LIVENESS, 1));
      life.answered(ProbeKind.LIVENESS, 1, false);
    }
    assertThat(life.tick(at(3))).containsExactly(new Terminate());
    life.exited(143, at(4));
    assertThat(life.tick(at(4))).containsExactly(new Start());
    for (int i = 0; i < 3; i++) {
      life.answered(ProbeKind.LIVENESS, 1, false);
    }
    assertThat(life.tick(at(5)))
        .as("no old answer counts")
        .containsExactly(new Ask(ProbeKind.LIVENESS, 2));
    assertThat(life.restarts()).isEqualTo(1);
  }

  @Test
  void waitsLongerBeforeEachRestart() {
    PodLife life = life(RestartPolicy.ALWAYS, Map.of(), false);
    life.tick(BEGIN);
    life.exited(1, BEGIN);
    assertThat(life.tick(BEGIN)).as("at once").containsExactly(new Start());
    life.exited(1, BEGIN);
    assertThat(life.tick(at(9))).isEmpty();
    assertThat(life.tick(at(10))).containsExactly(new Start());
    life.exited(1, at(10));
    assertThat(life.tick(at(29))).isEmpty();
    assertThat(life.tick(at(30))).containsExactly(new Start());
    life.exited(1, at(30 + 601));
    assertThat(life.tick(at(30 + 601))).as("it had run for long").containsExactly(new Start());
  }

  @Test
  void restartsAsItsPolicySays() {
    assertThat(phaseAfter(RestartPolicy.ALWAYS, 0)).isEqualTo(PodPhase.RUNNING);
    assertThat(phaseAfter(RestartPolicy.ON_FAILURE, 0)).isEqualTo(PodPhase.SUCCEEDED);
    assertThat(phaseAfter(RestartPolicy.ON_FAILURE, 1)).isEqualTo(PodPhase.RUNNING);
    assertThat(phaseAfter(RestartPolicy.NEVER, 1)).isEqualTo(PodPhase.FAILED);
    assertThat(phaseAfter(RestartPolicy.NEVER, 0)).isEqualTo(PodPhase.SUCCEEDED);
  }

  private static PodPhase phaseAfter(RestartPolicy policy, int exitCode) {
    PodLife life = life(policy, Map.of(), false);
    assertThat(life.phase()).isEqualTo(PodPhase.PENDING);
    life.tick(BEGIN);
    life.exited(exitCode, BEGIN);
    return life.phase();
  }

  @Test
  void runsTheHookThenTerminatesAndKillsOnlyAfterTheGracePeriod() {
    PodLife life = life(RestartPolicy.ALWAYS, Map.of(), true);
    life.tick(BEGIN);
    life.delete(BEGIN);
    assertThat(life.isReady()).isFalse();
    assertThat(life.tick(BEGIN)).containsExactly(new RunHook());
    assertThat(life.tick(at(5))).isEmpty();
    life.hookEnded();
    assertThat(life.tick(at(5))).containsExactly(new Terminate());
    assertThat(life.tick(at(29))).isEmpty();
    assertThat(life.tick(at(30))).containsExactly(new Kill());
    assertThat(life.isGone()).isFalse();
    life.exited(137, at(30));
    assertThat(life.isGone()).isTrue();
    assertThat(life.tick(at(31))).isEmpty();
  }

  @Test
  void leavesTwoSecondsAfterAHookThatIsTooLong() {
    PodLife life = life(RestartPolicy.ALWAYS, Map.of(), true);
    life.tick(BEGIN);
    life.delete(BEGIN);
    life.tick(BEGIN);
    assertThat(life.tick(at(30))).containsExactly(new Terminate());
    assertThat(life.tick(at(31))).isEmpty();
    assertThat(life.tick(at(32))).containsExactly(new Kill());
  }

  @Test
  void isGoneAtOnceWhenItIsDeletedBeforeItRuns() {
    PodLife life = life(RestartPolicy.ALWAYS, Map.of(), true);
    life.delete(BEGIN);
    assertThat(life.isGone()).isTrue();
    assertThat(life.tick(BEGIN)).isEmpty();
  }

  private static PodLife life(
      RestartPolicy policy, Map<ProbeKind, Probe.Timing> probes, boolean hasHook) {
    return new PodLife(new PodLife.Rules(policy, probes, seconds(30), hasHook, BACKOFF), BEGIN);
  }

  private static Map<ProbeKind, Probe.Timing> probes(Probe.Timing timing) {
    return Map.of(
        ProbeKind.STARTUP, timing, ProbeKind.READINESS, timing, ProbeKind.LIVENESS, timing);
  }

  private static Instant at(int second) {
    return BEGIN.plusSeconds(second);
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void asksAProbeNotBeforeItsDelay() {
    Probe.Timing late =
        new Probe.Timing(seconds(7), Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 2);
    Probe probe = Probe.starting(late, BEGIN);
    assertThat(List.of(probe.isDue(at(6)), probe.isDue(at(7)))).containsExactly(false, true);
    probe = probe.answered(true);
    assertThat(probe.verdict()).isEqualTo(Probe.Verdict.UNKNOWN);
    assertThat(probe.answered(false).verdict()).isEqualTo(Probe.Verdict.FAILED);
    assertThat(probe.answered(true).verdict()).isEqualTo(Probe.Verdict.GOOD);
  }
}
