package stripebridge.acceptance.deploy.compose;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One service of a compose file, with the values of its variables.
///
/// @param profiles the profiles that start it; none: it is always started
/// @param image the image to pull, or the name for the built image
/// @param build the directory of the Dockerfile; empty when it is pulled, or built by another
///   service
/// @param entrypoint replaces the image's entrypoint; empty to keep it
/// @param command replaces the image's command; empty to keep it
/// @param environment the variables beside those of the image
/// @param files secrets and configs, mounted read-only
/// @param volumes the named volumes, by the path they are mounted at
/// @param tmpfs the paths that are in memory, without options
/// @param dependsOn what must be reached before it starts, by service
/// @param healthcheck empty to keep the image's check
/// @param scale the number of containers
public record ComposeService(
    String name,
    Set<String> profiles,
    String image,
    Optional<Path> build,
    List<String> entrypoint,
    List<String> command,
    Map<String, String> environment,
    List<MountedFile> files,
    Map<String, Volume> volumes,
    List<String> tmpfs,
    List<Port> ports,
    Map<String, Dependency> dependsOn,
    Optional<Healthcheck> healthcheck,
    Duration stopGracePeriod,
    String restart,
    int scale) {

  /// Whether it runs the image of this repository, which one of the services builds.
  public boolean isOfThisProject() {
    return image.equals("stripebridge:local");
  }

  /// A file of the host in the container.
  ///
  /// @param isSecret whether it is a secret, and not a config
  public record MountedFile(Path source, String target, boolean isSecret) {}

  /// A named volume.
  ///
  /// @param name its name in `volumes` of the file
  /// @param realName the name that Docker knows it by
  public record Volume(String name, String realName) {}

  /// A published port.
  ///
  /// @param address the address of the host; empty for all
  public record Port(String address, int host, int container) {}

  /// What must be reached before a service starts.
  ///
  /// @param isRequired whether the service cannot start without it; if not, it only waits for it
  ///   when it is started too
  /// @param restarts whether a change of the dependency restarts the service
  public record Dependency(Condition condition, boolean isRequired, boolean restarts) {}

  /// What a service waits for.
  public enum Condition {
    SERVICE_STARTED,
    SERVICE_HEALTHY,
    SERVICE_COMPLETED_SUCCESSFULLY
  }

  /// How Docker finds out whether a container works.
  ///
  /// @param command the program and its arguments
  /// @param interval the time between two checks
  /// @param retries how many checks in a row must fail
  /// @param startPeriod how long failures do not count
  public record Healthcheck(
      List<String> command,
      Duration interval,
      Duration timeout,
      int retries,
      Duration startPeriod) {}
}
