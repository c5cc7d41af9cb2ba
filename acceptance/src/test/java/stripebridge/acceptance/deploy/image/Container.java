package stripebridge.acceptance.deploy.image;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a pod or a compose file says about one container.
///
/// @param command instead of the image's `ENTRYPOINT`; empty for that
/// @param args instead of the image's `CMD`; empty for that, if `command` is empty too
/// @param env in addition to the image's
/// @param mounts volumes and files
/// @param hasOwnNetwork whether nothing but a loopback of its own is there; else it is this
///   machine's
public record Container(
    List<String> command,
    List<String> args,
    Map<String, String> env,
    List<Mount> mounts,
    boolean hasOwnNetwork) {

  /// A file or a folder of this machine.
  ///
  /// @param source what is mounted
  /// @param target the path in the container
  /// @param isReadOnly else it is given to the user of the image, as Kubernetes' `fsGroup` does
  public record Mount(Path source, String target, boolean isReadOnly) {}

  /// The image as it is, with these arguments.
  public static Container of(String... args) {
    return new Container(List.of(), List.of(args), Map.of(), List.of(), false);
  }

  public Container withCommand(String... words) {
    return new Container(List.of(words), args, env, mounts, hasOwnNetwork);
  }

  public Container withArgs(String... words) {
    return new Container(command, List.of(words), env, mounts, hasOwnNetwork);
  }

  public Container withEnv(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(env);
    all.putAll(more);
    return new Container(command, args, all, mounts, hasOwnNetwork);
  }

  public Container withVolume(Path source, String target) {
    return with(new Mount(source, target, false));
  }

  public Container withFile(Path source, String target) {
    return with(new Mount(source, target, true));
  }

  public Container withOwnNetwork() {
    return new Container(command, args, env, mounts, true);
  }

  private Container with(Mount mount) {
    List<Mount> all = new ArrayList<>(mounts);
    all.add(mount);
    return new Container(command, args, env, List.copyOf(all), hasOwnNetwork);
  }
}
