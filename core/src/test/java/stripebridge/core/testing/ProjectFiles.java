package stripebridge.core.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Finds the project's own files, and the sample data that may lie beside the project.
public final class ProjectFiles {
  private ProjectFiles() {}

  /// The project's root directory, from whichever module the test runs in.
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve(".mvn"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("no folder above the working directory has a .mvn");
      }
    }
    return folder;
  }

  /// The sample data beside the project. Most machines do not have it; its tests are then skipped.
  public static Optional<Path> sharedData() {
    Path data = root().resolveSibling("shared").resolve("data");
    return Files.isDirectory(data) ? Optional.of(data) : Optional.empty();
  }
}
