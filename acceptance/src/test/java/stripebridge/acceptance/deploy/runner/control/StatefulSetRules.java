package stripebridge.acceptance.deploy.runner.control;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What a StatefulSet's controller does. It never starts a pod with the number of one that has not
/// ended yet, since both would use one volume, and it replaces one old pod after the other.
///
/// As in Kubernetes, with the pod management policy `OrderedReady` a pod that does not become
/// available stops everything, also the update that would repair it; somebody has to delete it.
/// With `Parallel`, the update replaces that pod.
public final class StatefulSetRules {
  private StatefulSetRules() {}

  /// What is wanted.
  ///
  /// @param revision the template that all pods shall be of
  /// @param replacesOld false for the update strategy `OnDelete`
  /// @param isParallel whether the pod management policy is `Parallel`
  public record Desired(int replicas, String revision, boolean replacesOld, boolean isParallel) {}

  /// The next action; empty when all is as wanted, or something has to be waited for.
  public static Optional<Action> reconcile(Desired desired, List<PodView> observed) {
    for (int ordinal = 0; ordinal < desired.replicas(); ordinal++) {
      Optional<PodView> pod = find(observed, ordinal);
      if (pod.isEmpty()) {
        return Optional.of(new Action.Create(ordinal, desired.revision()));
      }
      if (!pod.get().isTerminating() && pod.get().phase().isFinished()) {
        return Optional.of(new Action.Delete(pod.get().name()));
      }
      if (!desired.isParallel() && isAwaited(pod.get())) {
        return Optional.empty();
      }
    }
    Optional<PodView> last = observed.stream().max(Comparator.comparingInt(PodView::ordinal));
    if (last.isPresent() && last.get().ordinal() >= desired.replicas()) {
      return delete(last.get());
    }
    return desired.replacesOld() ? replaceOld(desired, observed) : Optional.empty();
  }

  private static boolean isAwaited(PodView pod) {
    return pod.isTerminating() || !pod.isAvailable();
  }

  /// From the highest number down; the next one only when this one is available.
  private static Optional<Action> replaceOld(Desired desired, List<PodView> observed) {
    List<PodView> down =
        observed.stream().sorted(Comparator.comparingInt(PodView::ordinal).reversed()).toList();
    for (PodView pod : down) {
      if (!pod.revision().equals(desired.revision()) && !pod.isTerminating()) {
        return Optional.of(new Action.Delete(pod.name()));
      }
      if (isAwaited(pod)) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Optional<Action> delete(PodView pod) {
    return pod.isTerminating() ? Optional.empty() : Optional.of(new Action.Delete(pod.name()));
  }

  private static Optional<PodView> find(List<PodView> pods, int ordinal) {
    return pods.stream().filter(pod -> pod.ordinal() == ordinal).findFirst();
  }

  /// Whether nothing is left to do or to wait for: `kubectl rollout status`.
  public static boolean isComplete(Desired desired, List<PodView> observed) {
    return observed.size() == desired.replicas()
        && observed.stream()
            .allMatch(pod ->
                pod.isActive()
                    && pod.isAvailable()
                    && (!desired.replacesOld() || pod.revision().equals(desired.revision())));
  }
}
