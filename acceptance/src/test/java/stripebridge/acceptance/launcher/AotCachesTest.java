package stripebridge.acceptance.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.Project;
import stripebridge.acceptance.run.Launcher;
import stripebridge.acceptance.run.Outcome;
import stripebridge.sandbox.SandboxBroker;

/// Counts the classes that commands of the build load from jars. Without a cache these are
/// thousands; a few are in branches that the training does not reach.
class AotCachesTest {
  private static final Path BUILT = Project.root().resolve("cli/target/lib");
  private static final int FROM_JARS_MAX = 60;
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  @TempDir private Path folder;

  /// An archive whose files are links into the build.
  @BeforeEach
  void linkTheBuild() throws IOException {
    assumeTrue(Files.exists(BUILT.resolve("stripebridge.aot.jars")), "cli/target/lib has no build");
    Path lib = Files.createDirectories(folder.resolve("lib"));
    try (Stream<Path> files = Files.list(BUILT)) {
      for (Path file : files.toList()) {
        Files.createSymbolicLink(lib.resolve(file.getFileName()), file);
      }
    }
    Files.copy(Project.root().resolve(".mvn/jdk25.sh"), lib.resolve("jdk25.sh"));
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.copy(Project.root().resolve("stripebridge"), bin.resolve("stripebridge"));
  }

  @Test
  void haveTheClassesOfCommandsWithoutABroker() throws Exception {
    Path event = Project.root().resolve("core/src/test/resources/events/payout.failed.json");
    assertThat(fromJars(Map.of(), "--version")).hasSizeLessThan(FROM_JARS_MAX);
    assertThat(fromJars(Map.of(), "envelope", event.toString())).hasSizeLessThan(FROM_JARS_MAX);
  }

  @Test
  void haveTheClassesOfSempAndOfTheClient() throws Exception {
    try (SandboxBroker broker = SandboxBroker.start()) {
      broker.vpn("default").createOpenQueue("q");
      Map<String, String> settings =
          Map.of(
              "SOLACE_HOST", broker.smfUri(),
              "SOLACE_VPN", "default",
              "SOLACE_USERNAME", "default",
              "SOLACE_PASSWORD", "default",
              "SOLACE_SEMP_HOST", broker.sempUri(),
              "SOLACE_SEMP_USERNAME", broker.options().semp().username(),
              "SOLACE_SEMP_PASSWORD", broker.options().semp().password());
      assertThat(fromJars(settings, "queues")).hasSizeLessThan(FROM_JARS_MAX);
      assertThat(fromJars(settings, "consume", "--queue", "q", "--count", "1"))
          .hasSizeLessThan(FROM_JARS_MAX);
    }
  }

  private List<String> fromJars(Map<String, String> settings, String... args) throws Exception {
    Path log = folder.resolve("classes.log");
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + log);
    Outcome outcome =
        Launcher.run(
                folder.resolve("bin/stripebridge"),
                List.of(args),
                environment,
                folder,
                new byte[0],
                DEADLINE)
            .orElseThrow(() -> new AssertionError("it still ran after " + DEADLINE));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.contains("source: file:")).toList();
    }
  }
}
