package stripebridge.acceptance.deploy.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What a pod has on this machine's disk: its volumes and its log.
final class PodFolder {
  private static final String DATA = "..data";

  private final Path folder;
  private final Map<String, Path> places = new LinkedHashMap<>();
  private final List<Mount> mounts;
  private int written;

  /// Makes the folder.
  ///
  /// @param claims where volumes are that outlive their pods
  PodFolder(Path folder, Path claims, PodPlan plan) throws IOException {
    this.folder = Files.createDirectories(folder);
    // The longest path first: one mount may be inside another.
    mounts =
        plan.mounts().stream()
            .sorted(Comparator.comparingInt((Mount mount) -> mount.path().length()).reversed())
            .toList();
    for (Mount mount : mounts.reversed()) {
      places.put(mount.path(), place(mount, claims));
    }
    Files.createDirectories(Path.of(onHost(plan.workdir())));
    refresh(plan.mounts());
  }

  private Path place(Mount mount, Path claims) throws IOException {
    Path inRoot = root().resolve(mount.path().substring(1));
    return switch (mount.volume()) {
      case Mount.Projected _, Mount.Empty _ -> Files.createDirectories(inRoot);
      case Mount.Claim(String name) -> Files.createDirectories(claims.resolve(name));
      case Mount.HostFile(Path file) -> {
        Files.createDirectories(inRoot.resolve("..").normalize());
        yield Files.copy(file, inRoot, StandardCopyOption.REPLACE_EXISTING);
      }
    };
  }

  /// What stands for the container's root directory where the image itself is not used.
  Path root() {
    return folder.resolve("root");
  }

  /// Everything that the container printed, of all its starts.
  Path log() {
    return folder.resolve("log");
  }

  /// Where a mount is on this machine.
  Path place(Mount mount) {
    return places.getOrDefault(mount.path(), root());
  }

  /// The mounts, the innermost first.
  List<Mount> mounts() {
    return mounts;
  }

  /// Where a path that the container sees is on this machine.
  String onHost(String path) {
    for (Mount mount : mounts) {
      if (path.equals(mount.path()) || path.startsWith(mount.path() + "/")) {
        return place(mount) + path.substring(mount.path().length());
      }
    }
    return path.equals("/") ? root().toString() : root() + path;
  }

  /// Whether a path is in a volume.
  boolean isMounted(String path) {
    return mounts.stream()
        .anyMatch(mount -> path.equals(mount.path()) || path.startsWith(mount.path() + "/"));
  }

  /// Writes what ConfigMaps and Secrets have now, where it has changed. As the kubelet does it:
  /// into a new directory, to which the link `..data` is turned at once, and through which the
  /// files' own links lead.
  void refresh(List<Mount> now) throws IOException {
    for (Mount mount : now) {
      if (mount.volume() instanceof Mount.Projected projected
          && !isWritten(place(mount), projected)) {
        write(place(mount), projected);
      }
    }
  }

  private static boolean isWritten(Path place, Mount.Projected projected) throws IOException {
    Path data = place.resolve(DATA);
    if (!Files.exists(data)) {
      return false;
    }
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(data)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    if (!names.equals(projected.files().keySet())) {
      return false;
    }
    for (Map.Entry<String, byte[]> file : projected.files().entrySet()) {
      if (!Arrays.equals(Files.readAllBytes(data.resolve(file.getKey())), file.getValue())) {
        return false;
      }
    }
    return true;
  }

  private void write(Path place, Mount.Projected projected) throws IOException {
    written++;
    Path next = Files.createDirectory(place.resolve("..version_" + written));
    for (Map.Entry<String, byte[]> file : projected.files().entrySet()) {
      if (file.getKey().contains("/")) {
        throw new IOException("the runner does not know items in folders: " + file.getKey());
      }
      Path written = Files.write(next.resolve(file.getKey()), file.getValue());
      Files.setPosixFilePermissions(written, permissions(projected.mode()));
    }
    Path link = place.resolve("..data_tmp");
    Files.createSymbolicLink(link, next.getFileName());
    Files.move(link, place.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
    try (Stream<Path> links = Files.list(place)) {
      for (Path old : links.filter(Files::isSymbolicLink).toList()) {
        String name = old.getFileName().toString();
        if (!name.equals(DATA) && !projected.files().containsKey(name)) {
          Files.delete(old);
        }
      }
    }
    for (String name : projected.files().keySet()) {
      Path file = place.resolve(name);
      if (!Files.isSymbolicLink(file)) {
        Files.createSymbolicLink(file, Path.of(DATA, name));
      }
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    StringBuilder allowed = new StringBuilder("rwxrwxrwx");
    for (int i = 0; i < allowed.length(); i++) {
      if ((mode & (0400 >> i)) == 0) {
        allowed.setCharAt(i, '-');
      }
    }
    return PosixFilePermissions.fromString(allowed.toString());
  }

  /// The last lines of the log.
  String logTail(int lines) {
    try {
      List<String> all = Files.exists(log()) ? Files.readAllLines(log()) : List.of();
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
