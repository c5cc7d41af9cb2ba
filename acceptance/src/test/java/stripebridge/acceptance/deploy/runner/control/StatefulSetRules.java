package stripebridge.acceptance.deploy.runner.control;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What a StatefulSet's controller does with the pod management policy `OrderedReady`: one pod at a
/// time, and none with the number of one that has not ended yet, since both would use one volume.
///
/// As in Kubernetes, a pod that does not become available stops everything, also the update that
/// would repair it; somebody has to delete it.
public final class StatefulSetRules {
  private StatefulSetRules() {}

  /// What is wanted.
  ///
  /// @param revision the template that all pods shall be of
  /// @param replacesOld false for the update strategy `OnDelete`
  public record Desired(int replicas, String revision, boolean replacesOld) {}

  /// The next action; empty when all is as wanted, or something has to be waited for.
  public static Optional<Action> reconcile(Desired desired, List<PodView> observed) {
    for (int ordinal = 0; ordinal < desired.replicas(); ordinal++) {
      Optional<PodView> pod = find(observed, ordinal);
      if (pod.isEmpty()) {
        return Optional.of(new Action.Create(ordinal, desired.revision()));
      }
      if (pod.get().isTerminating()) {
        return Optional.empty();
      }
      if (pod.get().phase().isFinished()) {
        return Optional.of(new Action.Delete(pod.get().name()));
      }
      if (!pod.get().isAvailable()) {
        return Optional.empty();
      }
    }
    Optional<PodView> last = observed.stream().max(Comparator.comparingInt(PodView::ordinal));
    if (last.isPresent() && last.get().ordinal() >= desired.replicas()) {
      return delete(last.get());
    }
    return desired.replacesOld() ? replaceOld(desired, observed) : Optional.empty();
  }

  private static Optional<Action> replaceOld(Desired desired, List<PodView> observed) {
    return observed.stream()
        .filter(pod -> !pod.revision().equals(desired.revision()))
        .max(Comparator.comparingInt(PodView::ordinal))
        .flatMap(StatefulSetRules::delete);
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
