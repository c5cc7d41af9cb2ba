package stripebridge.acceptance.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.Project;

/// Runs the build with a `noexec` temporary directory. The whole pipeline runs, so that any library
/// that unpacks something is noticed.
@Tag("faults")
class NoexecTest {
  private static final Path BUILT = Project.root().resolve("cli/target/lib");
  private static final String VALIDATE =
      Path.of(System.getProperty("java.home"), "bin/java")
          + " -XX:-UsePerfData -jar lib/stripebridge.jar validate --sandbox";

  @TempDir private Path folder;

  private record Ended(int exitCode, String out) {}

  @BeforeEach
  void copyTheBuild() throws Exception {
    assumeTrue(Files.exists(BUILT.resolve("stripebridge.jar")), "cli/target/lib has no build");
    assertThat(run("cp", "-Rp", BUILT.toString(), folder.resolve("lib").toString()).exitCode())
        .isZero();
    assumeTrue(inNamespace("true").exitCode() == 0, "users may not mount file systems here");
  }

  /// Runs a command with a separate file system as temporary directory, and lists what is left in
  /// it.
  private Ended inNamespace(String command) throws Exception {
    Files.createDirectories(folder.resolve("tmp"));
    return run(
        "unshare",
        "-Urm",
        "sh",
        "-c",
        "mount -t tmpfs -o noexec t tmp && { %s; code=$?; echo left: $(ls -A tmp); exit $code; }"
            .formatted(command));
  }

  private Ended validateInNamespace() throws Exception {
    return inNamespace(VALIDATE.replace("-jar", "-Djava.io.tmpdir=" + folder + "/tmp -jar"));
  }

  private Ended run(String... command) throws Exception {
    Path log = folder.resolve("log");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      return new Ended(-1, String.valueOf(e.getMessage()));
    }
    int code = process.waitFor();
    return new Ended(code, Files.readString(log, UTF_8));
  }

  @Test
  void runsAndLeavesNothing() throws Exception {
    Ended ended = validateInNamespace();

    assertThat(ended.exitCode()).as(ended.out()).isZero();
    assertThat(ended.out()).endsWith("left:\n");
  }

  @Test
  void saysWhyItFailsWithoutTheUnpackedLibrary() throws Exception {
    removeNative();
    Ended ended = validateInNamespace();

    assertThat(ended.exitCode()).as(ended.out()).isEqualTo(4);
    assertThat(ended.out())
        .contains(
            "SQLite's library cannot be loaded from the temporary directory '%s/tmp': "
                .formatted(folder))
        .contains("hint:  ", "noexec", "-Dorg.sqlite.tmpdir=DIRECTORY")
        .doesNotContain("Exception", "SEVERE")
        .endsWith("left:\n");
  }

  /// As with an archive made elsewhere: the driver unpacks the right library.
  @Test
  void ignoresALibraryOfAnotherSystem() throws Exception {
    try (Stream<Path> files = Files.walk(folder.resolve("lib/native"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.writeString(file, "a library of another system");
      }
    }
    Ended ended = run("sh", "-c", VALIDATE);

    assertThat(ended.exitCode()).as(ended.out()).isZero();
    assertThat(ended.out()).doesNotContain("SEVERE");
  }

  private void removeNative() throws Exception {
    assertThat(run("rm", "-r", "lib/native").exitCode()).isZero();
  }
}
