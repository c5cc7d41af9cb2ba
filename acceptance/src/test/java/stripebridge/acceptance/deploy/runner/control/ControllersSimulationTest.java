package stripebridge.acceptance.deploy.runner.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Lets the controllers work on pods that start late, fail, and stop slowly, while what is wanted
/// changes, and checks after each step what Kubernetes promises.
class ControllersSimulationTest {
  private static final int RUNS = 60;
  private static final int STEPS_MAX = 2_000;
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8));

  /// Pods whose containers do what the random numbers say.
  private static final class World {
    private final SplittableRandom random;
    private final List<SimulatedPod> pods = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private int made;

    /// How many of a hundred containers end by themselves in a second.
    private int failing;

    World(SplittableRandom random) {
      this.random = random;
    }

    void create(int ordinal, String revision, PodLife.RestartPolicy policy) {
      Probe.Timing timing =
          new Probe.Timing(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1), 2, 1);
      PodLife.Rules rules =
          new PodLife.Rules(
              policy,
              Map.of(ProbeKind.READINESS, timing),
              Duration.ofSeconds(6),
              random.nextBoolean(),
              BACKOFF);
      pods.add(new SimulatedPod("pod-" + made++, ordinal, revision, new PodLife(rules, now)));
    }

    void delete(String name) {
      pods.stream().filter(pod -> pod.name.equals(name)).forEach(pod -> pod.life.delete(now));
    }

    void step() {
      now = now.plusSeconds(1);
      pods.forEach(pod -> pod.step(now, random, failing));
      pods.removeIf(pod -> pod.life.isGone());
    }

    List<PodView> views() {
      return pods.stream().map(SimulatedPod::view).toList();
    }

    long active() {
      return views().stream().filter(PodView::isActive).count();
    }

    long available() {
      return views().stream().filter(pod -> pod.isActive() && pod.isAvailable()).count();
    }
  }

  private static final class SimulatedPod {
    private final String name;
    private final int ordinal;
    private final String revision;
    private final PodLife life;
    private boolean isRunning;

    SimulatedPod(String name, int ordinal, String revision, PodLife life) {
      this.name = name;
      this.ordinal = ordinal;
      this.revision = revision;
      this.life = life;
    }

    void step(Instant now, SplittableRandom random, int failing) {
      for (PodStep step : life.tick(now)) {
        switch (step) {
          case PodStep.Start _ -> {
            assertThat(isRunning).as("a container runs twice").isFalse();
            isRunning = true;
          }
          case PodStep.Ask(ProbeKind kind, int start) ->
              life.answered(kind, start, random.nextInt(3) > 0);
          case PodStep.RunHook _ -> {}
          case PodStep.Terminate _ -> {}
          case PodStep.Kill _ -> end(137, now);
        }
      }
      if (isRunning && life.isDeleted() && random.nextInt(3) == 0) {
        life.hookEnded();
        end(0, now);
      } else if (isRunning && random.nextInt(100) < failing) {
        end(random.nextInt(2), now);
      }
    }

    private void end(int code, Instant now) {
      isRunning = false;
      life.exited(code, now);
    }

    PodView view() {
      return new PodView(
          name,
          ordinal,
          revision,
          life.phase(),
          life.isReady(),
          life.isDeleted(),
          life.restarts(),
          life.since());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void deploymentsKeepEnoughPodsAndNotTooMany(int failing) {
    for (long seed = 0; seed < RUNS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      World world = new World(random);
      world.failing = failing;
      int surge = random.nextInt(3);
      DeploymentRules.Strategy strategy =
          new DeploymentRules.RollingUpdate(surge, surge == 0 ? 1 : random.nextInt(2));
      DeploymentRules.Desired desired = new DeploymentRules.Desired(3, "0", strategy);
      for (int change = 0; change < 5; change++) {
        for (int i = 0; i < random.nextInt(30); i++) {
          stepDeployment(world, desired, seed);
        }
        desired =
            new DeploymentRules.Desired(
                random.nextInt(5), Integer.toString(random.nextInt(3)), strategy);
      }
      world.failing = 0;
      int steps = 0;
      while (!DeploymentRules.isComplete(desired, world.views())) {
        stepDeployment(world, desired, seed);
        assertThat(++steps).as("seed %d ends", seed).isLessThan(STEPS_MAX);
      }
    }
  }

  private static void stepDeployment(World world, DeploymentRules.Desired desired, long seed) {
    DeploymentRules.RollingUpdate update = (DeploymentRules.RollingUpdate) desired.strategy();
    long activeBefore = world.active();
    long availableBefore = world.available();
    for (Action action : DeploymentRules.reconcile(desired, world.views())) {
      apply(world, action, PodLife.RestartPolicy.ALWAYS);
    }
    assertThat(world.active())
        .as("seed %d: never more than replicas and surge", seed)
        .isLessThanOrEqualTo(Math.max(activeBefore, desired.replicas() + update.maxSurge()));
    assertThat(world.available())
        .as("seed %d: never fewer than replicas less the unavailable", seed)
        .isGreaterThanOrEqualTo(
            Math.min(availableBefore, desired.replicas() - update.maxUnavailable()));
    world.step();
  }

  @ParameterizedTest
  @CsvSource({"0, false", "3, false", "0, true", "3, true"})
  void statefulSetsRunNoOrdinalTwice(int failing, boolean isParallel) {
    for (long seed = 0; seed < RUNS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      World world = new World(random);
      world.failing = failing;
      StatefulSetRules.Desired desired = new StatefulSetRules.Desired(3, "0", true, isParallel);
      for (int change = 0; change < 4; change++) {
        for (int i = 0; i < random.nextInt(40); i++) {
          stepStatefulSet(world, desired, seed);
        }
        desired =
            new StatefulSetRules.Desired(
                random.nextInt(4), Integer.toString(random.nextInt(3)), true, isParallel);
      }
      world.failing = 0;
      int steps = 0;
      while (!StatefulSetRules.isComplete(desired, world.views())) {
        stepStatefulSet(world, desired, seed);
        assertThat(++steps).as("seed %d ends", seed).isLessThan(STEPS_MAX);
      }
    }
  }

  /// kubernetes#67250.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void replacesAPodThatIsNeverReadyOnlyInParallel(boolean isParallel) {
    PodView stuck =
        new PodView("pod", 0, "broken", PodPhase.RUNNING, false, false, 0, Instant.EPOCH);

    assertThat(
            StatefulSetRules.reconcile(
                new StatefulSetRules.Desired(1, "mended", true, isParallel), List.of(stuck)))
        .isEqualTo(isParallel ? Optional.of(new Action.Delete("pod")) : Optional.empty());
  }

  private static void stepStatefulSet(World world, StatefulSetRules.Desired desired, long seed) {
    StatefulSetRules.reconcile(desired, world.views())
        .ifPresent(action -> {
          if (action instanceof Action.Create(int ordinal, String _) && !desired.isParallel()) {
            assertThat(world.views())
                .filteredOn(pod -> pod.ordinal() < ordinal)
                .as("seed %d: those before it are there", seed)
                .hasSize(ordinal)
                .allMatch(PodView::isAvailable);
          }
          apply(world, action, PodLife.RestartPolicy.ALWAYS);
        });
    assertThat(world.views().stream().map(PodView::ordinal).toList())
        .as("seed %d: each ordinal once", seed)
        .doesNotHaveDuplicates();
    world.step();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NEVER", "ON_FAILURE"})
  void jobsEndAndTryNotTooOften(String policy) {
    PodLife.RestartPolicy restarts = PodLife.RestartPolicy.valueOf(policy);
    for (long seed = 0; seed < RUNS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      World world = new World(random);
      world.failing = 20;
      JobRules.Desired desired =
          new JobRules.Desired(
              1 + random.nextInt(2), 1 + random.nextInt(2), random.nextInt(4), BACKOFF);
      int steps = 0;
      while (JobRules.verdict(desired, world.views()) == JobRules.Verdict.ACTIVE) {
        for (Action action : JobRules.reconcile(desired, world.views(), world.now)) {
          apply(world, action, restarts);
        }
        world.step();
        assertThat(++steps).as("seed %d ends", seed).isLessThan(STEPS_MAX);
      }
      int attempts = world.pods.stream().mapToInt(pod -> pod.life.starts()).sum();
      assertThat(attempts)
          .as("seed %d: attempts", seed)
          .isLessThanOrEqualTo(
              desired.completions() + desired.backoffLimit() + desired.parallelism());
    }
  }

  private static void apply(World world, Action action, PodLife.RestartPolicy policy) {
    switch (action) {
      case Action.Create(int ordinal, String revision) -> world.create(ordinal, revision, policy);
      case Action.Delete(String pod) -> world.delete(pod);
    }
  }
}
