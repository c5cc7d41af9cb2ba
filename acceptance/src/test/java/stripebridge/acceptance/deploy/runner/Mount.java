package stripebridge.acceptance.deploy.runner;

import java.nio.file.Path;
import java.util.Map;

/// A volume in a container.
///
/// @param path where the container sees it, absolute
public record Mount(String path, boolean isReadOnly, Volume volume) {
  /// What is mounted.
  public sealed interface Volume {}

  /// A ConfigMap or Secret, with the paths and contents of its files.
  public record Projected(Map<String, byte[]> files, int mode) implements Volume {}

  /// One file of a ConfigMap or Secret by `subPath`: it stays as it was when the pod was made.
  ///
  /// @param file its path in the volume
  public record SubPath(Projected volume, String file) implements Volume {}

  /// A directory that begins empty and ends with the pod.
  public record Empty() implements Volume {}

  /// A directory that outlives its pods.
  public record Claim(String name) implements Volume {}

  /// One file of this machine.
  public record HostFile(Path file) implements Volume {}
}
