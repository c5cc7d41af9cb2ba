package stripebridge.cli.setup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The caches of classes that commands start with, in a third of the time. They hold for these jars
/// and this Java, so an archive cannot bring them.
final class AotCaches {
  private static final String SEAL_SCRIPT = "/stripebridge/seal-aot-cache.sh";
  private static final List<String> NAMES = List.of("stripebridge.aot", "stripebridge-broker.aot");
  private static final String SEAL = "stripebridge.aot.jars";
  private static final String FOLDER_PREFIX = "aot-training-";
  private static final int LINES_SHOWN = 10;

  private final Installation installation;

  AotCaches(Installation installation) {
    this.installation = installation;
  }

  /// Why no caches were made.
  static final class TrainingFailure extends Exception {
    private static final long serialVersionUID = 1;

    TrainingFailure(String message) {
      super(message);
    }
  }

  /// Whether there are caches, made of the jars that are there, as the launcher checks too, and by
  /// this Java.
  boolean areCurrent() throws IOException, InterruptedException {
    Path seal = installation.lib().resolve(SEAL);
    if (!Files.isReadable(seal)
        || !NAMES.stream().allMatch(this::exists)
        || !CacheJava.isThis(installation.lib())) {
      return false;
    }
    Ran sums = run(installation.lib(), List.of("sh", "-c", "LC_ALL=C cksum ./*.jar"), "");
    return sums.exitCode() == 0 && sums.output().equals(Files.readString(seal));
  }

  private boolean exists(String cache) {
    return Files.exists(installation.lib().resolve(cache));
  }

  /// Makes the caches, in another JVM. Those that were there are not used meanwhile.
  ///
  /// @throws IOException when the folder cannot be written to
  void train() throws IOException, InterruptedException, TrainingFailure {
    Path lib = installation.lib();
    Path folder = Files.createTempDirectory(lib, FOLDER_PREFIX);
    try {
      Files.deleteIfExists(lib.resolve(SEAL));
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      demand(
          run(
              folder,
              List.of(
                  java,
                  // Of its manifest, which the class path of a JVM with a main class ignores.
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  installation.ourJar().toString(),
                  "stripebridge.cli.AotTrainer",
                  lib.toString(),
                  folder.toString()),
              ""),
          folder);
      for (String cache : NAMES) {
        Installation.readableAs(installation.ourJar(), lib.resolve(cache));
      }
      Installation.readableAs(installation.ourJar(), CacheJava.file(lib));
      demand(run(lib, List.of("sh", "-s", lib.toString()), sealScript()), folder);
      Installation.readableAs(installation.ourJar(), lib.resolve(SEAL));
    } finally {
      delete(folder);
    }
  }

  /// Whether a killed setup has left this folder.
  static boolean isLeftover(Path file) {
    return file.getFileName().toString().startsWith(FOLDER_PREFIX);
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static String sealScript() {
    try (InputStream in = AotCaches.class.getResourceAsStream(SEAL_SCRIPT)) {
      if (in == null) {
        throw new IllegalStateException(SEAL_SCRIPT + " is missing from our own jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + SEAL_SCRIPT + " in our own jar", e);
    }
  }

  private record Ran(int exitCode, String output) {}

  private static void demand(Ran ran, Path folder) throws IOException, TrainingFailure {
    if (ran.exitCode() == 0) {
      return;
    }
    List<String> lines = new ArrayList<>(ran.output().lines().toList());
    try (Stream<Path> logs = Files.list(folder)) {
      for (Path log : logs.filter(file -> file.toString().endsWith(".log")).toList()) {
        lines.addAll(Files.readString(log).lines().toList());
      }
    }
    throw new TrainingFailure(
        String.join("\n", lines.subList(0, Math.min(LINES_SHOWN, lines.size()))));
  }

  private static Ran run(Path folder, List<String> command, String in)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    // Options for a JVM of the user's, such as an agent, must not change what is recorded.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    Process process = builder.start();
    try (OutputStream script = process.getOutputStream()) {
      script.write(in.getBytes(StandardCharsets.UTF_8));
    }
    // The trainer ends by itself, also when its JVMs hang.
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), output);
  }
}
