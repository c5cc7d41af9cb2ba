package stripebridge.acceptance.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.Project;
import stripebridge.acceptance.run.Launcher;
import stripebridge.acceptance.run.Outcome;

/// Runs the launcher in a minimal source tree, with a `java` that prints its arguments and an `mvn`
/// that builds by creating the jar.
class LauncherTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final String PROGRESS =
      "stripebridge: building; this takes a minute, longer when Maven has to fetch\n";

  private static final String MARK_SCRIPT = "cli/src/build/mark-built.sh";

  @TempDir private Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private Path tree;
  private Path builds;

  @BeforeEach
  void layOutATree() throws IOException {
    tree = Files.createDirectories(folder.resolve("a tree"));
    Files.copy(Project.root().resolve("stripebridge"), tree.resolve("stripebridge"));
    Files.createDirectories(tree.resolve(".mvn"));
    Files.createDirectories(tree.resolve("cli/src/build"));
    for (String file : List.of(".mvn/jdk25.sh", ".mvn/sources.sh", MARK_SCRIPT)) {
      Files.copy(Project.root().resolve(file), tree.resolve(file));
    }
    Files.createDirectories(tree.resolve("cli/src/main/java"));
    for (String file : List.of("pom.xml", "topology.yaml", "cli/pom.xml", "cli/src/main/java/A")) {
      Files.writeString(tree.resolve(file), "");
    }
    builds = folder.resolve("builds");
    Path jdk = folder.resolve("jdk");
    executable(jdk.resolve("bin/javac"), "");
    executable(jdk.resolve("bin/java"), "echo \"in $PWD:\"; printf '<%s>\\n' \"$@\"");
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.3\"\n");
    environment.put("JAVA_HOME", jdk.toString());
    environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
    mvn("");
    // All files are old, so that a build that begins now is newer than all of them.
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
      }
    }
  }

  /// Makes an mvn that runs some commands and then builds as ours does.
  private void mvn(String before) throws IOException {
    executable(
        folder.resolve("bin/mvn"),
        """
        echo "$*" >>'%s'
        started=$(date -u +%%Y%%m%%d%%H%%M.%%S)
        %s
        mkdir -p cli/target/lib
        touch cli/target/lib/stripebridge.jar
        sh cli/src/build/mark-built.sh . "$started"
        """
            .formatted(builds, before));
  }

  private static void executable(Path file, String body) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Outcome launch(String... args) throws IOException, InterruptedException {
    return launch(tree.resolve("stripebridge"), args);
  }

  private Outcome launch(Path launcher, String... args) throws IOException, InterruptedException {
    return Launcher.run(launcher, List.of(args), environment, folder, new byte[0], DEADLINE)
        .orElseThrow(() -> new AssertionError("it still ran after " + DEADLINE));
  }

  private List<String> builds() throws IOException {
    return Files.exists(builds) ? Files.readAllLines(builds) : List.of();
  }

  @Test
  void buildsWithoutTestsOnFirstUseAndNotAgain() throws Exception {
    Outcome first = launch("--version");
    Outcome second = launch("--version");

    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.err()).isEqualTo(PROGRESS);
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(builds()).hasSize(1);
    assertThat(builds().getFirst()).contains("-pl cli -am").contains("-Dmaven.test.skip=true");
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws Exception {
    launch("--version");
    Files.writeString(source("A"), "changed");
    Files.setLastModifiedTime(source("A"), FileTime.from(Instant.now().plusSeconds(5)));

    assertThat(launch("--version").err()).isEqualTo(PROGRESS);
    assertThat(builds()).hasSize(2);
  }

  @Test
  void buildsAgainWhenASourceIsGone() throws Exception {
    Files.writeString(source("B"), "b");
    Files.setLastModifiedTime(source("B"), FileTime.from(Instant.now().minusSeconds(60)));
    launch("--version");
    Files.delete(source("B"));
    Files.setLastModifiedTime(source("B").getParent(), FileTime.from(Instant.now().plusSeconds(5)));

    assertThat(launch("--version").err()).isEqualTo(PROGRESS);
  }

  @Test
  void buildsNothingWhenOnlyDatesHaveChanged() throws Exception {
    launch("--version");
    Path mark = tree.resolve("cli/target/built");
    FileTime marked = Files.getLastModifiedTime(mark);
    // After the mark and before now.
    Files.setLastModifiedTime(source("A"), FileTime.from(marked.toInstant().plusMillis(1)));

    assertThat(launch("--version").err()).isEmpty();
    assertThat(builds()).hasSize(1);
    assertThat(Files.getLastModifiedTime(mark))
        .as("checked once, not at each start")
        .isGreaterThan(marked);
  }

  @Test
  void buildsNothingInACopyOfABuiltTree() throws Exception {
    launch("--version");
    Path copy = folder.resolve("a copy");
    run("cp", "-r", tree.toString(), copy.toString());

    Outcome outcome = launch(copy.resolve("stripebridge"), "--version");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).contains(copy.toRealPath().toString());
    assertThat(builds()).hasSize(1);
    assertThat(copy.resolve("cli/target/built")).hasContent(copy.toRealPath() + "\n");
  }

  /// In the copy, the build output is newer than the changed source, which it does not contain.
  @Test
  void buildsInACopyOfAChangedTree() throws Exception {
    launch("--version");
    Files.writeString(source("A"), "changed");
    Path copy = folder.resolve("a copy");
    run("cp", "-r", tree.toString(), copy.toString());
    for (String file : List.of("cli/target/built", "cli/target/built.sources")) {
      Files.setLastModifiedTime(copy.resolve(file), FileTime.from(Instant.now().plusSeconds(60)));
    }

    assertThat(launch(copy.resolve("stripebridge"), "--version").err()).isEqualTo(PROGRESS);
  }

  @Test
  void recordsNoSourcesWhenOneChangesDuringTheBuild() throws Exception {
    mvn("touch -d '+1 minute' cli/src/main/java/A");
    launch("--version");

    assertThat(tree.resolve("cli/target/built.sources")).doesNotExist();
  }

  @Test
  void startsFromAReadOnlyTree() throws Exception {
    launch("--version");
    Files.setLastModifiedTime(source("A"), FileTime.from(Instant.now().plusSeconds(5)));
    Path target = tree.resolve("cli/target");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assertThat(launch("--version").err()).isEmpty();
      assertThat(builds()).hasSize(1);
    } finally {
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void startsOnARuntimeWithoutACompiler() throws Exception {
    launch("--version");
    Path runtime = folder.resolve("jre");
    executable(runtime.resolve("bin/java"), "echo the runtime");
    Files.writeString(runtime.resolve("release"), "JAVA_VERSION=\"25.0.3\"\n");
    environment.put("JAVA_HOME", runtime.toString());

    assertThat(launch("--version").out()).isEqualTo("the runtime\n");
  }

  @Test
  void startsOnTheRuntimeOfAnArchive() throws Exception {
    Path archive = archive();
    executable(archive.resolve("runtime/bin/java"), "echo the bundled runtime");
    Path release = archive.resolve("runtime/release");
    Files.writeString(release, "JAVA_VERSION=\"25.0.3\"\n");
    Path launcher = archive.resolve("bin/stripebridge");
    assertThat(launch(launcher, "--version").out()).isEqualTo("the bundled runtime\n");

    Files.writeString(release, "JAVA_VERSION=\"21.0.9\"\n");
    assertThat(launch(launcher, "--version").out()).as("too old").contains("<--version>");
  }

  @Test
  void readsNonAsciiLettersWithoutALocale() throws Exception {
    Path java = Path.of(environment.get("JAVA_HOME"), "bin/java");
    executable(java, "echo \"${LC_ALL:-none}\"; printf '<%s>\\n' \"$@\"");

    assertThat(launch("--version").out()).startsWith("C.UTF-8\n").doesNotContain("encoding");
    environment.put("LC_ALL", "C");
    assertThat(launch("--version").out())
        .startsWith("C.UTF-8\n")
        .contains("<-Dstdout.encoding=US-ASCII>", "<-Dstderr.encoding=US-ASCII>");
    environment.remove("LC_ALL");
    environment.put("LANG", "de_DE.UTF-8");
    assertThat(launch("--version").out())
        .startsWith("none\n")
        .contains("<-Dstdout.encoding=UTF-8>", "<-Dstderr.encoding=UTF-8>");
  }

  @Test
  void keepsTheCallersFolderAndArguments() throws Exception {
    assertThat(launch("envelope", "a file", "").out())
        .startsWith("in " + folder.toRealPath() + ":\n")
        .endsWith("<envelope>\n<a file>\n<>\n");
  }

  @Test
  void worksThroughSymlinks() throws Exception {
    Path near = Files.createSymbolicLink(folder.resolve("near"), Path.of("a tree/stripebridge"));
    Path far = Files.createSymbolicLink(folder.resolve("far"), near);

    Outcome outcome = launch(far, "--version");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
  }

  @Test
  void leavesJvmDefaultsToLongRunningCommands() throws Exception {
    assertThat(launch("--version").out()).contains("<-XX:+UseSerialGC>");
    assertThat(launch("serve").out()).doesNotContain("<-XX:+UseSerialGC>");
  }

  /// As in an image, whose memory limit is for this process alone.
  @Test
  void givesServeMoreMemoryWithARuntimeOfItsOwn() throws Exception {
    Path archive = archive();
    Path launcher = archive.resolve("bin/stripebridge");
    assertThat(launch(launcher, "serve").out()).doesNotContain("RAMPercentage");

    executable(archive.resolve("runtime/bin/java"), "printf '<%s>' \"$@\"");
    Files.writeString(archive.resolve("runtime/release"), "JAVA_VERSION=\"25.0.3\"\n");
    assertThat(launch(launcher, "serve").out()).contains("<-XX:MaxRAMPercentage=60>");
    assertThat(launch(launcher, "sandbox").out()).doesNotContain("RAMPercentage");
  }

  @Test
  void usesAnAotCacheMadeFromTheCurrentJars() throws Exception {
    assertThat(launch("--version").out()).doesNotContain("AOTCache");
    Path cache = caches();
    assertThat(launch("--version").out()).as("without checksums").doesNotContain("AOTCache");
    seal();
    assertThat(launch("--version").out()).contains("<-XX:AOTCache=" + cache.toRealPath() + ">");
    assertThat(launch("queues").out())
        .contains("<-XX:AOTCache=" + jar("stripebridge-broker.aot").toRealPath() + ">");
  }

  /// A recording or an agent is written when the JVM exits, and `inbox` may have unpacked a
  /// library.
  @Test
  void haltsOnlyWhereNothingIsLeftToCleanUp() throws Exception {
    String halt = "<-Dstripebridge.halt=true>";
    assertThat(launch("--version").out()).contains(halt);
    assertThat(launch("-v", "queues").out()).contains(halt);
    for (String command : List.of("serve", "sandbox", "validate", "inbox")) {
      assertThat(launch(command).out()).as(command).doesNotContain(halt);
    }
    environment.put("JAVA_TOOL_OPTIONS", "-Dany=1");
    assertThat(launch("--version").out()).doesNotContain(halt);
  }

  @Test
  void ignoresTheAotCacheOfAChangedJarWithTheSameNameSizeAndDate() throws Exception {
    launch("--version");
    Path changed = Files.writeString(jar("a.jar"), "old");
    FileTime date = Files.getLastModifiedTime(changed);
    caches();
    seal();
    assertThat(launch("--version").out()).contains("AOTCache");

    Files.writeString(changed, "new");
    Files.setLastModifiedTime(changed, date);
    assertThat(launch("--version").out()).doesNotContain("AOTCache");

    Files.writeString(changed, "old");
    assertThat(launch("--version").out()).contains("AOTCache");
    Files.move(changed, jar("b.jar"));
    assertThat(launch("--version").out()).as("with another name").doesNotContain("AOTCache");
    Files.delete(jar("b.jar"));
    assertThat(launch("--version").out()).as("with one jar less").doesNotContain("AOTCache");
  }

  /// Uses the real JDK, which does not notice that the jar has changed.
  @Test
  void runsTheClassesOfTheCurrentJars() throws Exception {
    Path home = Path.of(System.getProperty("java.home"));
    Path archive = archive();
    Path lib = archive.resolve("lib");
    Path launcher = archive.resolve("bin/stripebridge");
    environment.put("JAVA_HOME", home.toString());
    makeJar(lib.resolve("stripebridge.jar"), "old");
    run(
        tool("java"),
        "-XX:AOTCacheOutput=" + lib.resolve("stripebridge.aot"),
        "-XX:+UseSerialGC",
        "-cp",
        lib.resolve("stripebridge.jar").toString(),
        "Says");
    Files.copy(lib.resolve("stripebridge.aot"), lib.resolve("stripebridge-broker.aot"));
    run("sh", sealScript(), lib.toString());
    assertThat(launch(launcher, "--version").out()).isEqualTo("old\n");

    makeJar(lib.resolve("stripebridge.jar"), "new");
    assertThat(launch(launcher, "--version").out()).isEqualTo("new\n");
  }

  /// A jar whose program prints a word.
  private void makeJar(Path jar, String word) throws Exception {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path source = folder.resolve("Says.java");
    Files.writeString(
        source,
        "class Says { public static void main(String[] args) { System.out.println(\"%s\"); } }"
            .formatted(word));
    run(tool("javac"), "-d", classes.toString(), source.toString());
    run(
        tool("jar"),
        "--create",
        "--file",
        jar.toString(),
        "--main-class",
        "Says",
        "-C",
        classes.toString(),
        ".");
  }

  private static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  private void run(String... command) throws Exception {
    Path log = folder.resolve("run.log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
  }

  @Test
  void ignoresTheAotCacheWhenChecksumsCannotBeComputed() throws Exception {
    launch("--version");
    caches();
    seal();
    assertThat(launch("--version").out()).contains("AOTCache");
    // The shell finds this cksum first.
    executable(folder.resolve("bin/cksum"), "exit 127");
    Outcome without = launch("--version");
    assertThat(without.out()).doesNotContain("AOTCache").contains("<--version>");
    assertThat(without.err()).isEmpty();
  }

  @Test
  void isNotBuiltWithoutAnAotCache() throws Exception {
    launch("--version");
    assertThat(sealing().waitFor()).isNotZero();
    Files.createFile(jar("stripebridge.aot"));
    Files.writeString(jar("stripebridge-broker.aot"), "a cache");
    assertThat(sealing().waitFor()).as("for an empty cache").isNotZero();
    Files.writeString(jar("stripebridge.aot"), "a cache");
    Files.delete(jar("stripebridge-broker.aot"));
    assertThat(sealing().waitFor()).as("without the one for a broker").isNotZero();
    assertThat(jar("stripebridge.aot.jars")).doesNotExist();
  }

  /// Two files in the place of the caches.
  ///
  /// @return the one of `--version`
  private Path caches() throws IOException {
    Files.writeString(jar("stripebridge-broker.aot"), "a cache");
    return Files.writeString(jar("stripebridge.aot"), "a cache");
  }

  private Path archive() throws IOException {
    Path archive = Files.createDirectories(folder.resolve("archive"));
    Path lib = Files.createDirectories(archive.resolve("lib"));
    Path bin = Files.createDirectories(archive.resolve("bin"));
    Files.copy(Project.root().resolve("stripebridge"), bin.resolve("stripebridge"));
    Files.copy(Project.root().resolve(".mvn/jdk25.sh"), lib.resolve("jdk25.sh"));
    return archive;
  }

  private Path source(String name) {
    return tree.resolve("cli/src/main/java").resolve(name);
  }

  private Path jar(String name) {
    return tree.resolve("cli/target/lib").resolve(name);
  }

  private static String sealScript() {
    return Project.root().resolve("cli/src/build/seal-aot-cache.sh").toString();
  }

  /// Seals the cache as the build does.
  private void seal() throws Exception {
    assertThat(sealing().waitFor()).isZero();
  }

  private Process sealing() throws IOException {
    return new ProcessBuilder("sh", sealScript(), tree.resolve("cli/target/lib").toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("sealing.log").toFile())
        .start();
  }

  @Test
  void buildsOnceForTwoFirstRuns() throws Exception {
    Path gate = folder.resolve("gate");
    mvn("until [ -e '%s' ]; do sleep 0.1; done".formatted(gate));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Outcome> run = () -> launch("--version");
      Future<Outcome> one = threads.submit(run);
      Future<Outcome> other = threads.submit(run);
      Files.createFile(gate);

      assertThat(one.get().exitCode()).as(one.get().err()).isZero();
      assertThat(other.get().exitCode()).as(other.get().err()).isZero();
    }
    assertThat(builds()).hasSize(1);
    assertThat(tree.resolve("target/stripebridge-build.lock")).doesNotExist();
  }

  @Test
  void takesTheLockOfADeadBuild() throws Exception {
    // No process has this id: Linux assigns at most 2^22, macOS 99999.
    Files.createDirectories(tree.resolve("target/stripebridge-build.lock/4194305"));

    assertThat(launch("--version").exitCode()).isZero();
  }

  @Test
  void namesTheLogOfAFailedBuild() throws Exception {
    mvn("echo 'what went wrong'; exit 1");
    Path log = tree.resolve("target/stripebridge-build.log");

    Outcome outcome = launch("--version");
    assertThat(outcome)
        .isEqualTo(
            new Outcome(
                4,
                "",
                PROGRESS
                    + "error: cannot build stripebridge: mvn failed\n"
                    + "hint:  see %s\n".formatted(log.toRealPath())));
    assertThat(log).content().contains("what went wrong");
    assertThat(tree.resolve("target/stripebridge-build.lock")).doesNotExist();
  }

  @Test
  void saysThatMavenIsMissing() throws Exception {
    // A folder with every tool except Maven.
    Path bin = Files.createDirectories(folder.resolve("without"));
    for (String tool : List.of("find", "mkdir", "rmdir", "sleep", "readlink", "touch")) {
      Path found = Path.of("/usr/bin", tool);
      Files.createSymbolicLink(
          bin.resolve(tool), Files.exists(found) ? found : Path.of("/bin", tool));
    }
    environment.put("PATH", bin.toString());

    assertThat(launch("--version").err())
        .isEqualTo(
            """
            error: Maven is needed to build stripebridge and no mvn is on the PATH
            hint:  install Maven 3.8.7 or newer
            """);
  }
}
