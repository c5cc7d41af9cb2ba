package stripebridge.acceptance.deploy.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import stripebridge.acceptance.deploy.runner.control.FileStep;
import stripebridge.acceptance.deploy.runner.control.VolumeRules;

/// What a pod has on this machine's disk: its volumes and its log.
final class PodFolder {
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
        yield bind(file, inRoot);
      }
      case Mount.SubPath(Mount.Projected volume, String file) -> {
        Files.createDirectories(inRoot.resolve("..").normalize());
        writeFile(inRoot, volume, file);
        yield inRoot;
      }
    };
  }

  /// Makes a file that is another one, as a bind mount does: it shows what is written into the
  /// file, but not a new file that takes its name.
  private static Path bind(Path file, Path place) throws IOException {
    Files.deleteIfExists(place);
    try {
      return Files.createLink(place, file.toRealPath());
    } catch (IOException | UnsupportedOperationException _) {
      // The file is on another disk.
      return Files.copy(file, place);
    }
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

  /// Writes what ConfigMaps and Secrets have now, where it has changed, as the kubelet does it.
  void refresh(List<Mount> now) throws IOException {
    for (Mount mount : now) {
      if (mount.volume() instanceof Mount.Projected projected) {
        Path place = place(mount);
        String next = VolumeRules.folder(Instant.now(), ++written);
        for (FileStep step : VolumeRules.update(present(place), projected.files(), next)) {
          take(place, step, projected);
        }
      }
    }
  }

  private static VolumeRules.Present present(Path place) throws IOException {
    Path data = place.resolve(VolumeRules.DATA);
    if (!Files.isSymbolicLink(data)) {
      return VolumeRules.Present.nothing();
    }
    Path folder = place.resolve(Files.readSymbolicLink(data));
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return new VolumeRules.Present(Optional.of(folder.getFileName().toString()), files);
  }

  private static void take(Path place, FileStep step, Mount.Projected wanted) throws IOException {
    switch (step) {
      case FileStep.MakeFolder(String name) -> Files.createDirectory(place.resolve(name));
      case FileStep.Write(String folder, String path) -> {
        Path file = place.resolve(folder).resolve(path);
        Files.createDirectories(file.resolve("..").normalize());
        writeFile(file, wanted, path);
      }
      case FileStep.Link(String name, String target) ->
          Files.createSymbolicLink(place.resolve(name), Path.of(target));
      case FileStep.Rename(String from, String to) ->
          Files.move(place.resolve(from), place.resolve(to), StandardCopyOption.ATOMIC_MOVE);
      case FileStep.Unlink(String name) -> Files.delete(place.resolve(name));
      case FileStep.RemoveFolder(String name) -> {
        try (Stream<Path> all = Files.walk(place.resolve(name))) {
          // What is inside goes first.
          for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
    }
  }

  private static void writeFile(Path place, Mount.Projected volume, String path)
      throws IOException {
    byte[] content = volume.files().get(path);
    if (content == null) {
      throw new IllegalStateException("the volume has no file " + path);
    }
    Files.write(place, content);
    Files.setPosixFilePermissions(place, permissions(volume.mode()));
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
