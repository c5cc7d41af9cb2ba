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

/// Loads SQLite's native library. The driver has it in its jar, unpacks it into the temporary
/// directory, where it stays behind when the process is killed, and cannot load it from there where
/// that is mounted `noexec`. So the build unpacks it beside the jars; only where it did not, for
/// this system, the driver's own way is taken.
final class SqliteLibrary {
  /// The driver's own setting: a folder with the library.
  static final String FOLDER = "org.sqlite.lib.path";

  private static final Logger DRIVER = Logger.getLogger(SQLiteJDBCLoader.class.getName());

  private SqliteLibrary() {}

  /// It cannot be loaded, which has nothing to do with the inbox's file.
  static final class NotLoaded extends SQLException {
    NotLoaded(String message, Exception cause) {
      super(message, cause);
    }

    String hint() {
      return "it has to be unpacked there, which fails where a mount is noexec, full or read-only:"
          + " name another directory with JAVA_TOOL_OPTIONS=-Dorg.sqlite.tmpdir=DIRECTORY; an"
          + " archive of 'make dist' has it unpacked for Linux and macOS";
    }
  }

  /// Loads it, unless that is done.
  static synchronized void load() throws NotLoaded {
    unpacked().ifPresent(folder -> System.setProperty(FOLDER, folder.toString()));
    // It logs whatever it tries in vain, with stack traces, and throws less than it knows.
    List<String> seen = new ArrayList<>();
    Level level = DRIVER.getLevel();
    DRIVER.setLevel(Level.SEVERE);
    DRIVER.setFilter(record -> {
      Optional.ofNullable(record.getThrown()).map(SqliteLibrary::reason).ifPresent(seen::add);
      return false;
    });
    try {
      SQLiteJDBCLoader.initialize();
    } catch (Exception e) { // That is what it declares.
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

  /// What the linker says comes after the file's name, twice.
  private static String reason(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof UnsatisfiedLinkError
        ? message.substring(message.lastIndexOf(": ") + 1).strip()
        : e.toString();
  }

  /// The folder beside our jar with the library for this system; none when somebody has named one.
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
