package stripebridge.acceptance.deploy.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The image that `make test-image` has built, as a folder, and the command line that runs a
/// container of it as a container engine would: as the image's user, without privileges, on a
/// read-only root file system, with a `/tmp` on which nothing can be executed, and the program as
/// process 1. Needs root, util-linux and bubblewrap, as `make test-image` does.
public final class UnpackedImage {
  private static final String PROPERTY = "test.image.rootfs";
  // What engines set when an image says nothing else.
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /// What root must do, in a mount namespace of its own that ends with the container: an overlay in
  /// which the mount points can be made, mounts in a place that the user can reach (`/mnt`), and a
  /// `/tmp`. Arguments: the folder, the user, the group, then pairs of source and target with `ro`
  /// or `rw` before them, `--`, and the arguments of bwrap.
  private static final String PREPARE =
      """
      set -eu
      rootfs=$1 user=$2 group=$3
      shift 3
      mount -t tmpfs -o mode=755 tmpfs /mnt
      mkdir /mnt/upper /mnt/work /mnt/root /mnt/tmp
      mount -t overlay -o "lowerdir=$rootfs,upperdir=/mnt/upper,workdir=/mnt/work" overlay /mnt/root
      mount -t tmpfs -o noexec,nosuid,nodev,mode=1777 tmpfs /mnt/tmp
      number=0
      while [ "$1" != -- ]; do
        [ "$1" = ro ] || chown -R "$user:$group" "$2"
        if [ -d "$2" ]; then
          mkdir -p "/mnt/$number" "/mnt/root$3"
        else
          : >"/mnt/$number"
          mkdir -p "/mnt/root${3%/*}"
          [ -e "/mnt/root$3" ] || : >"/mnt/root$3"
        fi
        mount --bind "$2" "/mnt/$number"
        number=$((number + 1))
        shift 3
      done
      shift
      exec setpriv --reuid="$user" --regid="$group" --clear-groups bwrap "$@"
      """;

  private final Path rootfs;
  private final ImageConfig config;

  private UnpackedImage(Path rootfs, ImageConfig config) {
    this.rootfs = rootfs;
    this.config = config;
  }

  /// The image; empty unless `make test-image` runs the test.
  public static Optional<UnpackedImage> given() throws IOException {
    String property = System.getProperty(PROPERTY, "");
    if (property.isEmpty()) {
      return Optional.empty();
    }
    Path rootfs = Path.of(property).toRealPath();
    if (!Files.isDirectory(rootfs.resolve("opt/stripebridge")) || rootfs.startsWith("/mnt")) {
      throw new IllegalStateException(
          PROPERTY + "=" + rootfs + ": expected the unpacked image, and not below /mnt");
    }
    return Optional.of(new UnpackedImage(rootfs, Dockerfile.ofProject().config()));
  }

  /// Its root file system.
  public Path rootfs() {
    return rootfs;
  }

  /// A file of the image.
  ///
  /// @param path absolute in the image
  public Path file(String path) {
    return rootfs.resolve(path.substring(1));
  }

  /// What its Dockerfile says.
  public ImageConfig config() {
    return config;
  }

  /// The command line that runs a container. Its process is bwrap's; signals go to `processOne`.
  public List<String> commandLine(Container container) {
    List<String> line = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", PREPARE, "sh"));
    String[] user = config.user().split(":", 2);
    line.addAll(List.of(rootfs.toString(), user[0], user[1]));
    for (Container.Mount mount : container.mounts()) {
      line.addAll(
          List.of(
              mount.isReadOnly() ? "ro" : "rw",
              mount.source().toAbsolutePath().toString(),
              mount.target()));
    }
    line.add("--");
    line.addAll(
        List.of("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--as-pid-1"));
    if (container.hasOwnNetwork()) {
      line.add("--unshare-net");
    }
    line.addAll(List.of("--cap-drop", "ALL", "--new-session", "--ro-bind", "/mnt/root", "/"));
    line.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--bind", "/mnt/tmp", "/tmp"));
    for (int at = 0; at < container.mounts().size(); at++) {
      Container.Mount mount = container.mounts().get(at);
      line.addAll(
          List.of(mount.isReadOnly() ? "--ro-bind" : "--bind", "/mnt/" + at, mount.target()));
    }
    line.addAll(List.of("--chdir", config.workdir(), "--clearenv"));
    environment(container).forEach((name, value) -> line.addAll(List.of("--setenv", name, value)));
    line.add("--");
    line.addAll(program(container));
    return line;
  }

  private Map<String, String> environment(Container container) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("PATH", PATH);
    all.putAll(config.env());
    all.putAll(container.env());
    return all;
  }

  /// As Kubernetes' `command` and `args`: a command of one's own leaves out both of the image's.
  private List<String> program(Container container) {
    List<String> words = new ArrayList<>();
    boolean isOwn = !container.command().isEmpty();
    words.addAll(isOwn ? container.command() : config.entrypoint());
    words.addAll(isOwn || !container.args().isEmpty() ? container.args() : config.cmd());
    return words;
  }

  /// Process 1 of a container: what an engine sends its signals to. Empty until it has started.
  ///
  /// @param started the process of a command line from here
  public static Optional<ProcessHandle> processOne(Process started) {
    return started.children().findFirst();
  }
}
