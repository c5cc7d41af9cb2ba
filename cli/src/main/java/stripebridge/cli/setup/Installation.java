package stripebridge.cli.setup;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// A folder with the jars of stripebridge: `lib/` of an archive or an image, or what the build
/// made.
///
/// @param lib the folder
/// @param library the client library that belongs there
public record Installation(Path lib, ClientLibrary library) {
  private static final String OUR_JAR = "stripebridge.jar";

  /// The installation that this process runs from; empty in tests, which run from folders of
  /// classes.
  public static Optional<Installation> ofThisProcess() {
    // With -jar it is the jar alone. To ask a class for its source would take longer.
    String classPath = System.getProperty("java.class.path", "");
    return classPath.endsWith(File.separator + OUR_JAR) && !classPath.contains(File.pathSeparator)
        ? Optional.of(
            new Installation(
                Path.of(classPath).toAbsolutePath().resolveSibling(""),
                ClientLibrary.ofThisBuild()))
        : Optional.empty();
  }

  /// Where the client library's jar is, or belongs.
  public Path jar() {
    return lib.resolve(library.fileName());
  }

  /// Whether the client library's jar is there. Says nothing about its content.
  public boolean hasLibrary() {
    return Files.isRegularFile(jar());
  }

  Path ourJar() {
    return lib.resolve(OUR_JAR);
  }

  /// Lets those read a file who may read another: a file that root makes is of no use to the user
  /// that runs the service when only root can read it.
  static void readableAs(Path model, Path file) throws IOException {
    if (Files.getFileStore(file).supportsFileAttributeView(PosixFileAttributeView.class)) {
      Set<PosixFilePermission> mode = EnumSet.copyOf(Files.getPosixFilePermissions(model));
      mode.add(PosixFilePermission.OWNER_READ);
      mode.add(PosixFilePermission.OWNER_WRITE);
      Files.setPosixFilePermissions(file, mode);
    }
  }
}
