package stripebridge.acceptance.deploy.runner;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stripebridge.acceptance.deploy.compose.ComposeService;
import stripebridge.acceptance.deploy.runner.control.Action;
import stripebridge.acceptance.deploy.runner.control.PodPhase;

/// The services of a compose file in a [Cluster]: what `docker compose up` and `down` do with them.
/// Every container is a pod, and the name of its service leads to it.
public final class ComposeProject {
  private final Cluster cluster;
  private final List<ComposeService> services;

  /// @param services those of the profiles that are switched on
  public ComposeProject(Cluster cluster, List<ComposeService> services) {
    this.cluster = cluster;
    this.services = services.stream().filter(service -> service.scale() > 0).toList();
    for (ComposeService service : this.services) {
      if (service.scale() > 1) {
        throw new IllegalArgumentException("the runner does not scale " + service.name());
      }
    }
  }

  /// `docker compose up --wait`: starts each service once what it depends on is as it says, and
  /// waits until all are healthy, or have ended well.
  public void up(Duration max) {
    cluster.await(
        "all services are up",
        max,
        () -> {
          for (ComposeService service : services) {
            if (find(service.name()).isEmpty() && isFree(service)) {
              start(service);
            }
          }
          return services.stream().allMatch(service -> isUp(service.name()));
        });
  }

  private void start(ComposeService service) {
    String address = cluster.newAddress();
    cluster.network().set(service.name(), List.of(address));
    cluster.start(
        owner(service.name()), new Action.Create(0, ""), address, cluster.plans().plan(service));
  }

  private static String owner(String service) {
    return "service/" + service;
  }

  private Optional<RunningPod> find(String service) {
    return cluster.ofOwner(owner(service)).stream().findFirst();
  }

  /// Whether all is reached that it waits for.
  private boolean isFree(ComposeService service) {
    return service.dependsOn().entrySet().stream().allMatch(this::isReached);
  }

  private boolean isReached(Map.Entry<String, ComposeService.Dependency> dependency) {
    if (services.stream().noneMatch(service -> service.name().equals(dependency.getKey()))) {
      if (dependency.getValue().isRequired()) {
        throw new IllegalStateException(dependency.getKey() + " is required, but not started");
      }
      return true;
    }
    Optional<RunningPod> pod = find(dependency.getKey());
    return pod.isPresent()
        && switch (dependency.getValue().condition()) {
          case SERVICE_STARTED -> pod.get().phase() != PodPhase.PENDING;
          case SERVICE_HEALTHY -> pod.get().isReady();
          case SERVICE_COMPLETED_SUCCESSFULLY -> hasSucceeded(pod.get());
        };
  }

  private boolean isUp(String service) {
    return find(service).filter(pod -> pod.isReady() || hasSucceeded(pod)).isPresent();
  }

  private static boolean hasSucceeded(RunningPod pod) {
    if (pod.phase() == PodPhase.FAILED) {
      throw new AssertionError(
          pod.plan().name() + " has failed:\n" + pod.folder().logTail(Integer.MAX_VALUE));
    }
    return pod.phase() == PodPhase.SUCCEEDED;
  }

  /// `docker compose down`: stops each service once all that depend on it have ended.
  public void down(Duration max) {
    cluster.await(
        "all services are down",
        max,
        () -> {
          for (ComposeService service : services) {
            boolean isNeeded =
                services.stream()
                    .filter(other -> other.dependsOn().containsKey(service.name()))
                    .anyMatch(other -> find(other.name()).isPresent());
            if (!isNeeded) {
              find(service.name()).ifPresent(pod -> pod.delete(Instant.now()));
            }
          }
          return services.stream().allMatch(service -> find(service.name()).isEmpty());
        });
  }

  /// `docker compose run`: runs another command with what a service has, to its end.
  ///
  /// @param environment in addition to the variables of the service
  public Cluster.Ended run(
      String service, Map<String, String> environment, List<String> command, Duration max) {
    ComposeService like =
        services.stream()
            .filter(one -> one.name().equals(service))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("there is no service " + service));
    return cluster.run(cluster.plans().run(like, environment, command), max);
  }

  /// The base of the URLs of a published port, at the address of its container.
  ///
  /// @throws IllegalArgumentException if the file does not publish it
  public URI uri(String service, int container) {
    List<ComposeService.Port> ports = new ArrayList<>();
    services.stream()
        .filter(one -> one.name().equals(service))
        .forEach(one -> ports.addAll(one.ports()));
    if (ports.stream().noneMatch(port -> port.container() == container)) {
      throw new IllegalArgumentException(service + " does not publish " + container);
    }
    String address = cluster.network().find(service).orElseThrow();
    return URI.create("http://" + address + ":" + container);
  }
}
