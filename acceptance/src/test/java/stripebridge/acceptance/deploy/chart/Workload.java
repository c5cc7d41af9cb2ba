package stripebridge.acceptance.deploy.chart;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A pod, or what pods are made of.
///
/// @param owner such as `Deployment/bridge`
/// @param selector what its owner selects; empty if it selects nothing
record Workload(
    String owner,
    Map<String, String> labels,
    Map<String, String> selector,
    PodSpec spec,
    Set<String> claims) {
  Container container() {
    return spec.getContainers().getFirst();
  }

  List<String> args() {
    return container().getArgs();
  }

  String command() {
    return args().getFirst();
  }

  boolean hasPort(@Nullable String name) {
    return container().getPorts().stream()
        .map(ContainerPort::getName)
        .anyMatch(it -> it.equals(name));
  }

  Stream<Volume> volume(String name) {
    return spec.getVolumes().stream().filter(volume -> volume.getName().equals(name));
  }

  boolean hasVolume(String name) {
    return claims.contains(name) || volume(name).findAny().isPresent();
  }

  boolean isMounted(String path) {
    return container().getVolumeMounts().stream()
        .anyMatch(mount -> mount.getMountPath().equals(path));
  }

  Stream<Probe> probes() {
    return Stream.of(
            container().getStartupProbe(),
            container().getLivenessProbe(),
            container().getReadinessProbe())
        .filter(Objects::nonNull);
  }

  @Override
  public String toString() {
    return owner;
  }
}
