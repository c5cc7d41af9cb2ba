package stripebridge.acceptance;

import java.nio.file.Files;
import java.nio.file.Path;

/// Finds the project's folder.
public final class Project {
  private Project() {}

  /// The top of the project, from any module that runs the test.
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
}
