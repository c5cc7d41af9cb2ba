package stripebridge.acceptance.deploy.runner;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A release of the chart in a cluster: what Helm does with its objects.
public final class Release {
  private static final String HOOK = "helm.sh/hook";

  private final Cluster cluster;
  private Map<String, HasMetadata> current = Map.of();
  private List<Pod> tests = List.of();

  public Release(Cluster cluster) {
    this.cluster = cluster;
  }

  /// `helm upgrade --install`: puts the objects of a revision, and removes those that only the one
  /// before had.
  ///
  /// @throws IllegalArgumentException for a hook other than `test`
  public void upgrade(List<HasMetadata> objects) {
    Map<String, HasMetadata> next = new LinkedHashMap<>();
    for (HasMetadata object : objects) {
      if (hook(object).isEmpty()) {
        next.put(ClusterObjects.key(object), object);
      } else if (!hook(object).get().equals("test") || !(object instanceof Pod)) {
        throw new IllegalArgumentException(
            "the runner does not know the hook " + hook(object).get() + " of " + object);
      }
    }
    tests =
        objects.stream().filter(object -> hook(object).isPresent()).map(Pod.class::cast).toList();
    List<HasMetadata> gone =
        current.entrySet().stream()
            .filter(entry -> !next.containsKey(entry.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    cluster.put(List.copyOf(next.values()));
    cluster.remove(gone);
    current = next;
  }

  private static Optional<String> hook(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(HOOK));
  }

  /// `helm test`.
  ///
  /// @return what the test pods printed
  /// @throws AssertionError with that, if one of them fails
  public String test(Duration max) {
    StringBuilder logs = new StringBuilder();
    for (Pod test : tests) {
      Cluster.Ended ended = cluster.run(test, max);
      logs.append(ended.log());
      if (!ended.hasSucceeded()) {
        throw new AssertionError(test.getMetadata().getName() + " failed:\n" + ended.log());
      }
    }
    if (tests.isEmpty()) {
      throw new IllegalStateException("the release has no tests");
    }
    return logs.toString();
  }
}
