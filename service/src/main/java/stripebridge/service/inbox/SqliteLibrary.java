package stripebridge.service.inbox;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/// Loads SQLite's native library. By default the driver unpacks it from its jar into the temporary
/// directory. There it stays behind when the process is killed, and cannot be loaded if the mount
/// is `noexec`. So the build unpacks it beside the jars, and the driver's way is only for systems
/// that the build leaves out.
final class SqliteLibrary {
  /// The driver's setting for the folder of the library.
  static final String FOLDER = "org.sqlite.lib.path";

  private static final Logger DRIVER = Logger.getLogger(SQLiteJDBCLoader.class.getName());

  private SqliteLibrary() {}

  /// The library cannot be loaded; the inbox's file is not the cause.
  static final class NotLoaded extends SQLException {
    NotLoaded(String message, Exception cause) {
      super(message, cause);
    }

    String hint() {
      return "it has to be unpacked there, which fails where a mount is noexec, full or read-only:"
          + " name another directory with JAVA_TOOL_OPTIONS=-Dorg.sqlite.tmpdir=DIRECTORY; an"
          + " archive of stripebridge has it unpacked for Linux and macOS";
    }
  }

  /// Loads the library once.
  static synchronized void load() throws NotLoaded {
    unpacked().ifPresent(folder -> System.setProperty(FOLDER, folder.toString()));
    // The driver logs each failed attempt with a stack trace, and its exception says less.
    List<String> seen = new ArrayList<>();
    Level level = DRIVER.getLevel();
    DRIVER.setLevel(Level.SEVERE);
    DRIVER.setFilter(record -> {
      Optional.ofNullable(record.getThrown()).map(SqliteLibrary::reason).ifPresent(seen::add);
      return false;
    });
    try {
      SQLiteJDBCLoader.initialize();
    } catch (Exception e) { // The driver declares it.
      seen.add(String.valueOf(e.getMessage()));
      throw new NotLoaded(
          "SQLite's library cannot be loaded from the temporary directory '%s': %s"
              .formatted(
                  System.getProperty("org.sqlite.tmpdir", System.getProperty("java.io.tmpdir")),
                  seen.getFirst()),
          e);
    } finally {
      DRIVER.setFilter(null);
      DRIVER.setLevel(level);
    }
  }

  /// The linker's message repeats the file's name before the reason.
  private static String reason(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof UnsatisfiedLinkError
        ? message.substring(message.lastIndexOf(": ") + 1).strip()
        : e.toString();
  }

  /// The folder beside our jar with the library for this system; absent when the driver's setting
  /// names one.
  private static Optional<Path> unpacked() {
    CodeSource code = SqliteLibrary.class.getProtectionDomain().getCodeSource();
    if (System.getProperty(FOLDER) != null || code == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(code.getLocation().toURI()))
          .map(jar -> jar.resolveSibling("native" + LibraryLoaderUtil.getNativeLibResourcePath()))
          .filter(folder -> Files.isReadable(folder.resolve(LibraryLoaderUtil.getNativeLibName())));
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }
}
