package stripebridge.acceptance.deploy.runner.control;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What a Job's controller does: tries again until enough pods have succeeded, or too many have
/// failed.
public final class JobRules {
  private JobRules() {}

  /// What is wanted.
  ///
  /// @param completions how many pods shall succeed
  /// @param parallelism how many may run at once
  /// @param backoffLimit how many failures are tried again. A container that is restarted in its
  ///   pod has failed as well
  public record Desired(int completions, int parallelism, int backoffLimit, Backoff backoff) {}

  /// How it stands.
  public enum Verdict {
    ACTIVE,
    COMPLETE,
    FAILED
  }

  public static Verdict verdict(Desired desired, List<PodView> observed) {
    if (count(observed, PodPhase.SUCCEEDED) >= desired.completions()) {
      return Verdict.COMPLETE;
    }
    int restarts = observed.stream().mapToInt(PodView::restarts).sum();
    // Kubernetes allows one try less where containers are restarted in their pod.
    boolean isSpent =
        count(observed, PodPhase.FAILED) > desired.backoffLimit()
            || (restarts > 0 && restarts >= desired.backoffLimit());
    return isSpent ? Verdict.FAILED : Verdict.ACTIVE;
  }

  /// The next actions; none when it has ended, or something has to be waited for. The caller keeps
  /// finished pods among the observed ones: they are what counts.
  public static List<Action> reconcile(Desired desired, List<PodView> observed, Instant now) {
    List<PodView> active = observed.stream().filter(PodView::isActive).toList();
    if (verdict(desired, observed) != Verdict.ACTIVE) {
      return active.stream().<Action>map(pod -> new Action.Delete(pod.name())).toList();
    }
    int wanted =
        Math.min(
            desired.parallelism(), desired.completions() - count(observed, PodPhase.SUCCEEDED));
    // One that is being deleted may still do its work.
    long running = observed.stream().filter(pod -> !pod.phase().isFinished()).count();
    List<Action> actions = new ArrayList<>();
    if (isRested(desired, observed, now)) {
      for (long i = running; i < wanted; i++) {
        actions.add(new Action.Create(0, ""));
      }
    }
    return actions;
  }

  private static boolean isRested(Desired desired, List<PodView> observed, Instant now) {
    Instant last =
        observed.stream()
            .filter(pod -> pod.phase() == PodPhase.FAILED)
            .map(PodView::since)
            .max(Comparator.naturalOrder())
            .orElse(Instant.MIN);
    int failed = count(observed, PodPhase.FAILED);
    return failed == 0 || !now.isBefore(last.plus(desired.backoff().after(failed)));
  }

  private static int count(List<PodView> pods, PodPhase phase) {
    return (int) pods.stream().filter(pod -> pod.phase() == phase).count();
  }
}
