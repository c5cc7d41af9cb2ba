package stripebridge.acceptance.deploy.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stripebridge.acceptance.deploy.compose.ComposeService;
import stripebridge.acceptance.deploy.image.ImageConfig;
import stripebridge.acceptance.deploy.runner.control.PodLife;
import stripebridge.acceptance.deploy.runner.control.Probe;
import stripebridge.acceptance.deploy.runner.control.ProbeKind;

/// Makes plans of the services of a compose file. Docker's health is Kubernetes' readiness here:
/// both only say whether others may use the container.
final class ComposePlans {
  /// `start_interval` in our file, which is for the time before the container is healthy.
  private static final Duration CHECKS = Duration.ofSeconds(1);

  private final ImageConfig image;

  /// @param image what the Dockerfile says
  ComposePlans(ImageConfig image) {
    this.image = image;
  }

  PodPlan plan(ComposeService service) {
    boolean isOurs = service.isOfThisProject();
    Map<String, String> environment = new LinkedHashMap<>(isOurs ? image.env() : Map.of());
    environment.putAll(service.environment());
    return new PodPlan(
        service.name(),
        Map.of(),
        service.image(),
        command(service),
        environment,
        isOurs ? image.workdir() : "/",
        mounts(service),
        Map.of(),
        probes(service),
        Optional.empty(),
        service.stopGracePeriod(),
        policy(service),
        Duration.ZERO);
  }

  /// The plan of a container that runs another command, once, with what a service has.
  PodPlan run(ComposeService service, Map<String, String> more, List<String> command) {
    PodPlan plan = plan(service);
    Map<String, String> environment = new LinkedHashMap<>(plan.environment());
    environment.putAll(more);
    List<String> all = new ArrayList<>(image.entrypoint());
    all.addAll(command);
    return new PodPlan(
        service.name() + "-run",
        Map.of(),
        plan.image(),
        all,
        environment,
        plan.workdir(),
        plan.mounts(),
        Map.of(),
        Map.of(),
        Optional.empty(),
        plan.grace(),
        PodLife.RestartPolicy.NEVER,
        Duration.ZERO);
  }

  private List<String> command(ComposeService service) {
    boolean isOurs = service.isOfThisProject();
    List<String> command = new ArrayList<>(service.entrypoint());
    if (command.isEmpty() && isOurs) {
      command.addAll(image.entrypoint());
    }
    command.addAll(
        service.command().isEmpty() && isOurs && service.entrypoint().isEmpty()
            ? image.cmd()
            : service.command());
    return command;
  }

  private List<Mount> mounts(ComposeService service) {
    List<Mount> mounts = new ArrayList<>();
    service
        .files()
        .forEach(
            file -> mounts.add(new Mount(file.target(), true, new Mount.HostFile(file.source()))));
    service
        .volumes()
        .forEach((path, volume) ->
            mounts.add(new Mount(path, false, new Mount.Claim(volume.realName()))));
    service.tmpfs().forEach(path -> mounts.add(new Mount(path, false, new Mount.Empty())));
    if (service.isOfThisProject()) {
      image.volumes().stream()
          .filter(path -> mounts.stream().noneMatch(mount -> mount.path().equals(path)))
          .forEach(path -> mounts.add(new Mount(path, false, new Mount.Empty())));
    }
    return mounts;
  }

  private Map<ProbeKind, PodPlan.Probing> probes(ComposeService service) {
    // A container that ends is not asked for its health.
    if (policy(service) == PodLife.RestartPolicy.NEVER && service.healthcheck().isEmpty()) {
      return Map.of();
    }
    List<String> ofImage = service.isOfThisProject() ? image.healthcheck() : List.of();
    List<String> command =
        service.healthcheck().map(ComposeService.Healthcheck::command).orElse(ofImage);
    if (command.isEmpty()) {
      return Map.of();
    }
    Duration timeout =
        service
            .healthcheck()
            .map(ComposeService.Healthcheck::timeout)
            .orElse(Duration.ofSeconds(30));
    int retries = service.healthcheck().map(ComposeService.Healthcheck::retries).orElse(3);
    return Map.of(
        ProbeKind.READINESS,
        new PodPlan.Probing(
            new Check.Exec(command), new Probe.Timing(CHECKS, CHECKS, timeout, retries, 1)));
  }

  private static PodLife.RestartPolicy policy(ComposeService service) {
    return switch (service.restart()) {
      case "always", "unless-stopped" -> PodLife.RestartPolicy.ALWAYS;
      case "on-failure" -> PodLife.RestartPolicy.ON_FAILURE;
      case "no", "" -> PodLife.RestartPolicy.NEVER;
      default ->
          throw new IllegalArgumentException(
              "service " + service.name() + " has restart: " + service.restart());
    };
  }
}
