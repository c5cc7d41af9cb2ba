package stripebridge.acceptance.deploy.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import stripebridge.acceptance.deploy.runner.control.Backoff;
import stripebridge.acceptance.deploy.runner.control.PodLife;
import stripebridge.acceptance.deploy.runner.control.PodPhase;
import stripebridge.acceptance.deploy.runner.control.PodStep;
import stripebridge.acceptance.deploy.runner.control.PodView;
import stripebridge.acceptance.deploy.runner.control.Probe;
import stripebridge.acceptance.deploy.runner.control.ProbeKind;

/// A pod and its process. Does what its life says, and tells it what happens.
///
/// Guarded by the cluster's lock, except for what runs in the background and reports under it.
final class RunningPod {
  /// Shorter than Kubernetes' 10 s to 5 min, so that tests are.
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(10));

  /// How long balancers still send connections to a pod whose deletion has begun: they hear of it
  /// later than its kubelet. This is what preStop is for.
  private static final Duration NEWS = Duration.ofSeconds(2);

  /// What a pod is lent.
  ///
  /// @param underLock runs something under the cluster's lock
  /// @param problems receives what should not have happened
  record Surroundings(
      Node node,
      Prober prober,
      ExecutorService background,
      Consumer<Runnable> underLock,
      Consumer<String> problems) {}

  private final String owner;
  private final int ordinal;
  private final String revision;
  private final String address;
  private final PodPlan plan;
  private final PodFolder folder;
  private final Surroundings lent;
  private final PodLife life;
  private @Nullable Process process;
  private @Nullable Instant readySince;
  private @Nullable Instant knownUntil;
  private boolean mayEnd;

  RunningPod(
      String owner,
      int ordinal,
      String revision,
      String address,
      PodPlan plan,
      PodFolder folder,
      Surroundings lent) {
    this.owner = owner;
    this.ordinal = ordinal;
    this.revision = revision;
    this.address = address;
    this.plan = plan;
    this.folder = folder;
    this.lent = lent;
    Map<ProbeKind, Probe.Timing> timings = new EnumMap<>(ProbeKind.class);
    plan.probes().forEach((kind, probe) -> timings.put(kind, probe.timing()));
    life =
        new PodLife(
            new PodLife.Rules(
                plan.policy(), timings, plan.grace(), plan.hook().isPresent(), BACKOFF),
            Instant.now());
  }

  /// Does what is due.
  void tick(Instant now) {
    life.tick(now).forEach(this::take);
    if (!life.isReady()) {
      readySince = null;
    } else if (readySince == null) {
      readySince = now;
    }
  }

  private void take(PodStep step) {
    switch (step) {
      case PodStep.Start _ -> start();
      case PodStep.Ask(ProbeKind kind, int start) -> ask(kind, start);
      case PodStep.RunHook _ -> runHook();
      case PodStep.Terminate _ -> container().ifPresent(ProcessHandle::destroy);
      case PodStep.Kill _ -> {
        problem("was killed: it had not ended within its grace period of " + plan.grace());
        container().ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  private void start() {
    try {
      Process started =
          lent.node()
              .process(plan, folder, address, plan.command())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().toFile()))
              .start();
      process = started;
      Thread.ofVirtual().start(() -> watch(started));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + plan.command(), e);
    }
  }

  private void watch(Process started) {
    int code = started.onExit().join().exitValue();
    lent.underLock().accept(() -> exited(code));
  }

  private void exited(int code) {
    // A Job's pod may fail: its controller counts that.
    boolean isExpected = mayEnd || plan.policy() != PodLife.RestartPolicy.ALWAYS;
    if (!isExpected && !(life.isDeleted() && code == 0)) {
      problem("ended with " + code + (life.isDeleted() ? " when it was stopped" : ""));
    }
    mayEnd = false;
    life.exited(code, Instant.now());
  }

  private void problem(String what) {
    lent.problems().accept("pod " + plan.name() + " " + what);
  }

  private void ask(ProbeKind kind, int start) {
    PodPlan.Probing probe = plan.probes().get(kind);
    if (probe == null) {
      throw new IllegalStateException(plan.name() + " has no such probe: " + kind);
    }
    lent.background()
        .execute(() -> {
          boolean isGood =
              lent.prober().isGood(probe.check(), plan, folder, address, probe.timing().timeout());
          lent.underLock().accept(() -> answered(kind, start, isGood));
        });
  }

  private void answered(ProbeKind kind, int start, boolean isGood) {
    boolean wasReady = life.isReady();
    life.answered(kind, start, isGood);
    if (wasReady && !life.isReady()) {
      problem("is no longer ready");
    }
    if (!isGood && kind == ProbeKind.LIVENESS && !life.isDeleted()) {
      problem("failed its liveness probe");
    }
  }

  private void runHook() {
    Check hook = plan.hook().orElseThrow();
    lent.background()
        .execute(() -> {
          // The grace period ends it.
          boolean isGood = lent.prober().isGood(hook, plan, folder, address, plan.grace());
          lent.underLock()
              .accept(() -> {
                if (!isGood) {
                  problem("could not run its preStop hook " + hook);
                }
                life.hookEnded();
              });
        });
  }

  private Optional<ProcessHandle> container() {
    return process == null ? Optional.empty() : lent.node().container(process);
  }

  void delete(Instant now) {
    if (life.isReady()) {
      knownUntil = now.plus(NEWS);
    }
    life.delete(now);
  }

  /// SIGKILL, as from the kernel when memory is short. Its container is started again.
  void kill() {
    mayEnd = true;
    container().ifPresent(ProcessHandle::destroyForcibly);
  }

  /// Ends what is left of it at once.
  void abandon() {
    if (process != null) {
      // Workers of nginx would outlive it.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      container().ifPresent(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
  }

  PodView view(Instant now) {
    boolean isAvailable = readySince != null && !now.isBefore(readySince.plus(plan.readyMin()));
    return new PodView(
        plan.name(),
        ordinal,
        revision,
        life.phase(),
        isAvailable,
        life.isDeleted(),
        life.restarts(),
        life.since());
  }

  boolean isReady() {
    return life.isReady();
  }

  /// Whether Services send it connections.
  boolean isServed(Instant now) {
    return life.isReady() || (knownUntil != null && now.isBefore(knownUntil));
  }

  boolean isGone() {
    return life.isGone();
  }

  boolean isFinished() {
    return life.phase().isFinished();
  }

  PodPhase phase() {
    return life.phase();
  }

  String owner() {
    return owner;
  }

  String address() {
    return address;
  }

  PodPlan plan() {
    return plan;
  }

  PodFolder folder() {
    return folder;
  }
}
