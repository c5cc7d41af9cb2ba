package stripebridge.acceptance.deploy.runner.control;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What a Deployment's controller does. Pods whose deletion has begun count neither as replicas nor
/// as available, as in Kubernetes, where they are gone from the ReplicaSet's count.
public final class DeploymentRules {
  private DeploymentRules() {}

  /// What is wanted.
  ///
  /// @param revision the template that all pods shall be of
  public record Desired(int replicas, String revision, Strategy strategy) {}

  /// How pods of an old revision are replaced.
  public sealed interface Strategy {}

  /// Old pods go when new ones are available.
  ///
  /// @param maxSurge how many pods there may be above the replicas
  /// @param maxUnavailable how many of the replicas may be missing
  public record RollingUpdate(int maxSurge, int maxUnavailable) implements Strategy {
    /// @throws IllegalArgumentException if the update could never begin
    public RollingUpdate {
      if (maxSurge < 0 || maxUnavailable < 0 || maxSurge + maxUnavailable == 0) {
        throw new IllegalArgumentException(
            "maxSurge %d and maxUnavailable %d allow no update"
                .formatted(maxSurge, maxUnavailable));
      }
    }
  }

  /// All old pods end before a new one starts.
  public record Recreate() implements Strategy {}

  /// The next actions; none when all is as wanted, or something has to be waited for.
  public static List<Action> reconcile(Desired desired, List<PodView> observed) {
    List<Action> actions = new ArrayList<>();
    observed.stream()
        .filter(pod -> pod.phase().isFinished() && !pod.isTerminating())
        .forEach(pod -> actions.add(new Action.Delete(pod.name())));
    List<PodView> active = observed.stream().filter(PodView::isActive).toList();
    List<PodView> current =
        active.stream().filter(pod -> pod.revision().equals(desired.revision())).toList();
    List<PodView> old =
        active.stream().filter(pod -> !pod.revision().equals(desired.revision())).toList();
    switch (desired.strategy()) {
      case Recreate _ -> {
        deleteAll(old, actions);
        boolean oldRuns =
            observed.stream().anyMatch(pod -> !pod.revision().equals(desired.revision()));
        scale(desired, current, oldRuns ? 0 : Integer.MAX_VALUE, actions);
      }
      case RollingUpdate update -> {
        scale(desired, current, desired.replicas() + update.maxSurge() - active.size(), actions);
        shrink(desired.replicas() - update.maxUnavailable(), current, old, actions);
      }
    }
    return actions;
  }

  /// Brings the pods of the wanted revision to the wanted number, as far as there is room.
  private static void scale(
      Desired desired, List<PodView> current, int room, List<Action> actions) {
    int missing = desired.replicas() - current.size();
    for (int i = 0; i < Math.min(missing, room); i++) {
      actions.add(new Action.Create(0, desired.revision()));
    }
    current.stream()
        .sorted(
            Comparator.comparing(PodView::isAvailable)
                .thenComparing(PodView::since, Comparator.reverseOrder()))
        .limit(Math.max(0, -missing))
        .forEach(pod -> actions.add(new Action.Delete(pod.name())));
  }

  /// Takes away old pods: those that are not available first, and the others while enough pods stay
  /// available.
  private static void shrink(
      int availableMin, List<PodView> current, List<PodView> old, List<Action> actions) {
    long unavailableNew = current.stream().filter(pod -> !pod.isAvailable()).count();
    long allowed = current.size() + old.size() - availableMin - unavailableNew;
    List<PodView> broken =
        old.stream().filter(pod -> !pod.isAvailable()).limit(Math.max(0, allowed)).toList();
    deleteAll(broken, actions);
    long available =
        current.stream().filter(PodView::isAvailable).count()
            + old.stream().filter(PodView::isAvailable).count();
    deleteAll(
        old.stream()
            .filter(PodView::isAvailable)
            .limit(Math.max(0, available - availableMin))
            .toList(),
        actions);
  }

  private static void deleteAll(List<PodView> pods, List<Action> actions) {
    pods.forEach(pod -> actions.add(new Action.Delete(pod.name())));
  }

  /// Whether nothing is left to do or to wait for: `kubectl rollout status`.
  public static boolean isComplete(Desired desired, List<PodView> observed) {
    return observed.size() == desired.replicas()
        && observed.stream()
            .allMatch(pod ->
                pod.isActive() && pod.isAvailable() && pod.revision().equals(desired.revision()));
  }
}
