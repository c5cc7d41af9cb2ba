package stripebridge.acceptance.deploy.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Runs containers in the unpacked image by bubblewrap: as its user, as process 1, without
/// capabilities, with a read-only root and the volumes as real mounts. The network is the
/// machine's, where the pod's address stands for its own.
final class RootfsNode implements Node {
  /// Where a container sees the folder with the names of Services.
  private static final String NAMES = "/run/runner";

  private final Path rootfs;
  private final Network network;
  private final Path bubblewrap;
  private final String user;

  /// @param user as the image says, such as `65532:65532`
  RootfsNode(Path rootfs, String user, Network network, Path bubblewrap) {
    this.rootfs = rootfs;
    this.user = user;
    this.network = network;
    this.bubblewrap = bubblewrap;
  }

  @Override
  public ProcessBuilder process(
      PodPlan plan, PodFolder folder, String address, List<String> command) throws IOException {
    List<String> all = new ArrayList<>(List.of(bubblewrap.toString()));
    String[] ids = user.split(":", 2);
    all.addAll(List.of("--unshare-user", "--uid", ids[0], "--gid", ids[ids.length - 1]));
    all.addAll(List.of("--unshare-pid", "--as-pid-1", "--unshare-ipc", "--unshare-uts"));
    all.addAll(List.of("--hostname", plan.name(), "--cap-drop", "ALL", "--new-session"));
    all.add("--die-with-parent");
    addRoot(folder, all);
    all.addAll(List.of("--chdir", plan.workdir(), "--"));
    all.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(all);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(plan.environment());
    environment.putIfAbsent("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("APP_HOST", address);
    LauncherNode.addJavaOptions(environment, NAMES + "/hosts", "/tmp");
    return builder;
  }

  private void addRoot(PodFolder folder, List<String> command) throws IOException {
    Set<String> targets = new TreeSet<>(Set.of("/proc", "/dev", NAMES));
    folder.mounts().forEach(mount -> targets.add(mount.path()));
    addFolder("", targets, command);
    command.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    command.addAll(List.of("--ro-bind", network.folder().toString(), NAMES));
    // The outermost first: one mount may be inside another.
    for (Mount mount : folder.mounts().reversed()) {
      command.add(mount.isReadOnly() ? "--ro-bind" : "--bind");
      command.addAll(List.of(folder.place(mount).toString(), mount.path()));
    }
    command.addAll(List.of("--remount-ro", "/"));
  }

  /// Adds a folder of the image. One that has a mount point is made as an empty one, and what it
  /// has is added one by one, since in a read-only one no mount point can be made.
  private void addFolder(String path, Set<String> targets, List<String> command)
      throws IOException {
    List<Path> children;
    try (Stream<Path> files = Files.list(rootfs.resolve(path.isEmpty() ? "" : path.substring(1)))) {
      children = files.sorted(Comparator.naturalOrder()).toList();
    }
    for (Path child : children) {
      String inside = path + "/" + child.getFileName();
      if (targets.contains(inside)) {
        continue;
      }
      if (Files.isSymbolicLink(child)) {
        command.addAll(List.of("--symlink", Files.readSymbolicLink(child).toString(), inside));
      } else if (targets.stream().anyMatch(target -> target.startsWith(inside + "/"))) {
        command.addAll(List.of("--dir", inside));
        addFolder(inside, targets, command);
      } else {
        command.addAll(List.of("--ro-bind", child.toString(), inside));
      }
    }
  }

  @Override
  public Optional<ProcessHandle> container(Process started) {
    // Bubblewrap waits outside for the process 1 that it has made.
    return started.toHandle().children().findFirst();
  }
}
