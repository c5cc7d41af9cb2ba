package stripebridge.cli.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which Java the AOT caches in a folder of jars are for. The JVM passes over those of another, and
/// says so to nobody.
public final class CacheJava {
  private static final String FILE = "stripebridge.aot.java";

  private CacheJava() {}

  /// Notes down that the caches in a folder are for the Java that runs this.
  public static void note(Path lib) throws IOException {
    Files.writeString(file(lib), thisJava());
  }

  /// Whether the caches in a folder are for this Java, as far as is known.
  static boolean isThis(Path lib) throws IOException {
    return !Files.exists(file(lib)) || Files.readString(file(lib)).equals(thisJava());
  }

  static Path file(Path lib) {
    return lib.resolve(FILE);
  }

  private static String thisJava() {
    return Stream.of("java.vm.vendor", "java.vm.version", "os.arch", "java.home")
        .map(name -> name + "=" + System.getProperty(name) + "\n")
        .collect(Collectors.joining());
  }
}
