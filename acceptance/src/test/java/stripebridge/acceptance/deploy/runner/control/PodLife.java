package stripebridge.acceptance.deploy.runner.control;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The life of a pod with one container, as its kubelet decides it: started, probed, restarted,
/// stopped. It is told the time and what happened, and says what to do. Not thread-safe.
public final class PodLife {
  /// How long the container gets after SIGTERM if its hook has used up the grace period.
  private static final Duration GRACE_MIN = Duration.ofSeconds(2);

  /// When a container that ends is started again.
  public enum RestartPolicy {
    ALWAYS,
    ON_FAILURE,
    NEVER
  }

  /// What the manifest says.
  ///
  /// @param grace from the beginning of the stop to SIGKILL, the preStop hook included
  /// @param backoff the wait before a container is started again; the first time it is not delayed
  public record Rules(
      RestartPolicy policy,
      Map<ProbeKind, Probe.Timing> probes,
      Duration grace,
      boolean hasHook,
      Backoff backoff) {}

  private sealed interface State {
    record Waiting(Instant until) implements State {}

    record Running(Instant since) implements State {}

    /// The hook runs until the deadline.
    record Hooked(Instant deadline) implements State {}

    /// SIGTERM was sent; SIGKILL follows at the deadline.
    record Stopping(Instant deadline) implements State {}

    record Killed() implements State {}

    record Ended(PodPhase phase) implements State {}
  }

  private final Rules rules;
  private final Map<ProbeKind, Probe> probes = new EnumMap<>(ProbeKind.class);
  private State state;
  private Instant since;
  private int starts;
  private int failuresInRow;
  private boolean isDeleted;
  private boolean isHookOver;

  public PodLife(Rules rules, Instant now) {
    this.rules = rules;
    state = new State.Waiting(now);
    since = now;
  }

  /// What to do now. Call it again after a short while, and whenever something has been reported.
  public List<PodStep> tick(Instant now) {
    List<PodStep> steps = new ArrayList<>();
    switch (state) {
      case State.Waiting(Instant until) -> {
        if (!now.isBefore(until)) {
          start(now, steps);
        }
      }
      case State.Running _ -> {
        if (isDeleted || hasFailed(ProbeKind.STARTUP) || hasFailed(ProbeKind.LIVENESS)) {
          stop(now, steps);
        } else {
          ask(now, steps);
        }
      }
      case State.Hooked(Instant deadline) -> {
        if (isHookOver || !now.isBefore(deadline)) {
          Instant least = now.plus(GRACE_MIN);
          state = new State.Stopping(deadline.isBefore(least) ? least : deadline);
          steps.add(new PodStep.Terminate());
        }
      }
      case State.Stopping(Instant deadline) -> {
        if (!now.isBefore(deadline)) {
          state = new State.Killed();
          steps.add(new PodStep.Kill());
        }
      }
      case State.Killed _, State.Ended _ -> {}
    }
    return steps;
  }

  private void start(Instant now, List<PodStep> steps) {
    if (starts == 0) {
      since = now;
    }
    starts++;
    state = new State.Running(now);
    rules.probes().forEach((kind, timing) -> probes.put(kind, Probe.starting(timing, now)));
    steps.add(new PodStep.Start());
  }

  private void stop(Instant now, List<PodStep> steps) {
    isHookOver = false;
    Instant deadline = now.plus(rules.grace());
    if (rules.hasHook()) {
      state = new State.Hooked(deadline);
      steps.add(new PodStep.RunHook());
    } else {
      state = new State.Stopping(deadline);
      steps.add(new PodStep.Terminate());
    }
  }

  private void ask(Instant now, List<PodStep> steps) {
    for (Map.Entry<ProbeKind, Probe> entry : probes.entrySet()) {
      boolean isItsTurn = (entry.getKey() == ProbeKind.STARTUP) != isStarted();
      if (isItsTurn && entry.getValue().isDue(now)) {
        entry.setValue(entry.getValue().asked(now));
        steps.add(new PodStep.Ask(entry.getKey(), starts));
      }
    }
  }

  private boolean isStarted() {
    return isGoodOrAbsent(ProbeKind.STARTUP);
  }

  private boolean hasFailed(ProbeKind kind) {
    Probe probe = probes.get(kind);
    return probe != null && probe.verdict() == Probe.Verdict.FAILED;
  }

  private boolean isGoodOrAbsent(ProbeKind kind) {
    Probe probe = probes.get(kind);
    return probe == null || probe.verdict() == Probe.Verdict.GOOD;
  }

  /// A probe was answered. An answer of an earlier start of the container is forgotten.
  public void answered(ProbeKind kind, int start, boolean isSuccess) {
    if (start == starts && state instanceof State.Running) {
      probes.computeIfPresent(kind, (_, probe) -> probe.answered(isSuccess));
    }
  }

  /// The preStop hook has ended, or could not be run.
  public void hookEnded() {
    isHookOver = true;
  }

  /// The container has ended, whatever the reason.
  public void exited(int code, Instant now) {
    if (state instanceof State.Running(Instant started)
        && Duration.between(started, now).compareTo(rules.backoff().max().multipliedBy(2)) > 0) {
      failuresInRow = 0;
    }
    boolean isRestarted =
        !isDeleted
            && switch (rules.policy()) {
              case ALWAYS -> true;
              case ON_FAILURE -> code != 0;
              case NEVER -> false;
            };
    if (isRestarted) {
      state = new State.Waiting(now.plus(rules.backoff().after(failuresInRow)));
      failuresInRow++;
    } else {
      end(code == 0 ? PodPhase.SUCCEEDED : PodPhase.FAILED, now);
    }
  }

  /// Begins the deletion: the container is stopped and not started again.
  public void delete(Instant now) {
    isDeleted = true;
    if (state instanceof State.Waiting) {
      end(PodPhase.FAILED, now);
    }
  }

  private void end(PodPhase phase, Instant now) {
    state = new State.Ended(phase);
    since = now;
  }

  /// Whether its Services may send it connections.
  public boolean isReady() {
    return state instanceof State.Running
        && !isDeleted
        && isStarted()
        && isGoodOrAbsent(ProbeKind.READINESS);
  }

  public boolean isDeleted() {
    return isDeleted;
  }

  /// Whether its deletion is over.
  public boolean isGone() {
    return isDeleted && state instanceof State.Ended;
  }

  public PodPhase phase() {
    if (state instanceof State.Ended(PodPhase phase)) {
      return phase;
    }
    return starts == 0 ? PodPhase.PENDING : PodPhase.RUNNING;
  }

  /// When its phase began.
  public Instant since() {
    return since;
  }

  /// How often the container was started.
  public int starts() {
    return starts;
  }

  /// How often the container was started again.
  public int restarts() {
    return Math.max(0, starts - 1);
  }
}
