package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.Project;
import stripebridge.acceptance.run.Launcher;
import stripebridge.acceptance.run.Outcome;
import stripebridge.cli.setup.ClientLibrary;
import stripebridge.cli.setup.RequiredLibrary;
import stripebridge.sandbox.SandboxBroker;

/// Lays out the archive that `make dist` packs, without Solace's client library, and completes it:
/// with a server that has the library, with one that stops in the middle, killed, on a full disk,
/// and as a user who may not write there.
@Tag("faults")
class ThinArchiveTest {
  private static final ClientLibrary LIBRARY = ClientLibrary.ofThisBuild();
  private static final Path BUILT = Project.root().resolve("cli/target/lib");
  private static final Duration DEADLINE = Duration.ofMinutes(10);

  /// Complete command lines: a wrong one is reported first.
  private static final Map<String, String> NEEDING =
      Map.of(
          "serve", "serve",
          "validate", "validate --sandbox",
          "consume", "consume --queue q",
          "drain", "drain --queue q --to drained.jsonl",
          "redrive", "redrive --queue q --dry-run");

  @TempDir private Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private Path lib = Path.of("");
  private Path launcher = Path.of("");
  private HttpServer server = unstarted();

  private static HttpServer unstarted() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void unpack() throws Exception {
    assumeTrue(Files.exists(BUILT.resolve(LIBRARY.fileName())), "cli/target/lib has no build");
    Path archive = folder.resolve("an archive");
    String script = Project.root().resolve("deploy/dist/lay-out").toString();
    assertThat(new ProcessBuilder("sh", script, archive.toString()).start().waitFor()).isZero();
    lib = archive.resolve("lib");
    launcher = archive.resolve("bin/stripebridge");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("PATH", System.getenv("PATH"));
    byte[] jar = Files.readAllBytes(BUILT.resolve(LIBRARY.fileName()));
    server.createContext("/maven2/", exchange -> answer(exchange, jar));
    server.createContext("/half/", exchange -> answerHalf(exchange, jar));
    // One request may wait in the middle, and others are answered.
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void stop() {
    goOn.countDown();
    server.stop(0);
  }

  private static void answer(HttpExchange exchange, byte[] jar) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, jar.length);
      exchange.getResponseBody().write(jar);
    }
  }

  private void answerHalf(HttpExchange exchange, byte[] jar) throws IOException {
    exchange.sendResponseHeaders(200, jar.length);
    exchange.getResponseBody().write(Arrays.copyOf(jar, jar.length / 2));
    exchange.getResponseBody().flush();
    try {
      goOn.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private Outcome launch(String... args) throws Exception {
    return run(launcher, args);
  }

  private Outcome run(Path program, String... args) throws Exception {
    return Launcher.run(program, List.of(args), environment, folder, new byte[0], DEADLINE)
        .orElseThrow(() -> new AssertionError("it still ran after " + DEADLINE));
  }

  private List<String> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".part") || name.startsWith("aot-training-"))
          .toList();
    }
  }

  @Test
  void runsAllCommandsButThoseThatNeedTheLibrary() throws Exception {
    String event = Project.root() + "/core/src/test/resources/events/payout.failed.json";
    List<String> lines =
        new ArrayList<>(
            List.of(
                "--version",
                "--help",
                "trigger --list",
                "config show",
                "completion bash",
                "serve --help",
                "validate --help"));
    lines.add("envelope " + event);
    for (String line : lines) {
      Outcome outcome = launch(line.split(" ", -1));
      assertThat(outcome.exitCode()).as("%s: %s", line, outcome.err()).isZero();
    }
    for (String command : RequiredLibrary.COMMANDS) {
      Outcome outcome = launch(Objects.requireNonNull(NEEDING.get(command)).split(" ", -1));
      assertThat(outcome.exitCode()).as("%s: %s", command, outcome.err()).isEqualTo(2);
      assertThat(outcome.err())
          .contains(LIBRARY.licence(), LIBRARY.licenceUrl(), "'stripebridge setup'");
    }
    assertAdministersABroker();
  }

  private void assertAdministersABroker() throws Exception {
    try (SandboxBroker broker = SandboxBroker.start()) {
      environment.put("SOLACE_VPN", "default");
      environment.put("SOLACE_SEMP_HOST", broker.sempUri());
      environment.put("SOLACE_SEMP_USERNAME", broker.options().semp().username());
      environment.put("SOLACE_SEMP_PASSWORD", broker.options().semp().password());
      environment.put("SOLACE_PASSWORD", "a password");
      assertThat(launch("provision", "--yes"))
          .satisfies(outcome -> assertThat(outcome.exitCode()).as(outcome.err()).isZero());
      assertThat(launch("queues").out()).contains("stripe.all.inbound");
    }
  }

  @Test
  void isCompletedBySetup() throws Exception {
    Outcome setup = launch("setup", "--accept-licence", "--from", url("/maven2"));
    assertThat(setup.exitCode()).as(setup.err()).isZero();
    assertThat(setup.out()).isEmpty();
    assertThat(setup.err()).contains("installed " + lib.resolve(LIBRARY.fileName()), "done");
    assertThat(lib).isDirectoryContaining("glob:**/stripebridge.aot.jars");
    assertThat(leftovers()).isEmpty();

    Outcome again = launch("setup");
    assertThat(again.exitCode()).isZero();
    assertThat(again.err()).startsWith("nothing to do: ");

    environment.put("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + folder.resolve("classes.log"));
    assertThat(launch("--help").exitCode()).isZero();
    assertThat(folder.resolve("classes.log"))
        .content()
        .containsPattern("picocli\\.CommandLine source: shared objects file");
    environment.remove("JAVA_TOOL_OPTIONS");
    Outcome validate = launch("validate", "--sandbox");
    assertThat(validate.exitCode()).as(validate.err() + validate.out()).isZero();
  }

  @Test
  void isWholeOrUntouchedWhenSetupIsKilled() throws Exception {
    Process fetching = start("setup", "--accept-licence", "--from", url("/half/x.jar"));
    Eventually.await(
        "half of the library", DEADLINE, () -> leftovers().stream().anyMatch(this::hasBytes));
    kill(fetching);
    assertThat(lib.resolve(LIBRARY.fileName())).doesNotExist();
    assertThat(launch("serve").err()).contains("'stripebridge setup'");

    Process training = start("setup", "--accept-licence", "--from", url("/maven2"));
    Eventually.await(
        "training",
        DEADLINE,
        () -> leftovers().stream().anyMatch(name -> name.startsWith("aot-training-")));
    kill(training);
    assertThat(launch("--version").exitCode()).isZero();
    assertThat(lib.resolve("stripebridge.aot.jars")).doesNotExist();

    Outcome setup = launch("setup");
    assertThat(setup.exitCode()).as(setup.err()).isZero();
    assertThat(setup.err()).endsWith("done\n");
    assertThat(leftovers()).isEmpty();
  }

  private boolean hasBytes(String name) {
    try {
      return Files.size(lib.resolve(name)) > 0;
    } catch (IOException _) {
      return false;
    }
  }

  private Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("setup.log").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static void kill(Process process) throws InterruptedException {
    // The trainer is a process of its own, and may go on.
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly().waitFor();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }

  /// As with an archive below /opt that root completes, for a service that runs as another user.
  @Test
  void isCompletedByItsOwnerForOthers() throws Exception {
    Path setpriv = Path.of("/usr/bin/setpriv");
    boolean isRoot = "root".equals(System.getProperty("user.name"));
    assumeTrue(isRoot && Files.exists(setpriv), "only root can run it as another user");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    String[] other = {"--reuid=65534", "--regid=65534", "--clear-groups", launcher.toString()};
    String[] setup = {"setup", "--accept-licence", "--from", url("/maven2")};

    Outcome refused = run(setpriv, joined(other, setup));
    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(5);
    assertThat(refused.err())
        .contains("cannot write to " + lib + ": permission denied", "its owner 'root'");

    Outcome completed =
        run(
            Path.of("/bin/sh"),
            joined(
                new String[] {"-c", "umask 077; exec \"$0\" \"$@\"", launcher.toString()}, setup));
    assertThat(completed.exitCode()).as(completed.err()).isZero();
    Outcome again = run(setpriv, joined(other, new String[] {"setup"}));
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err()).as("library and caches can be read").startsWith("nothing to do: ");
  }

  private static String[] joined(String[] first, String[] second) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(second)).toArray(String[]::new);
  }

  @Test
  void saysThatAFolderIsReadOnly() throws Exception {
    assumeTrue(mayMount(), "users may not mount file systems here");
    Outcome without = readOnly("setup", "--accept-licence", "--from", url("/maven2"));
    assertThat(without.exitCode()).as(without.err()).isEqualTo(5);
    assertThat(without.err()).contains("cannot write to " + lib + ": Read-only file system");

    Files.copy(BUILT.resolve(LIBRARY.fileName()), lib.resolve(LIBRARY.fileName()));
    Outcome with = readOnly("setup");
    assertThat(with.exitCode()).as(with.err()).isZero();
    assertThat(with.err())
        .contains("AOT caches are not, and cannot be made", "commands work without");
  }

  private boolean mayMount() throws Exception {
    return Files.exists(Path.of("/usr/bin/unshare"))
        && run(Path.of("/usr/bin/unshare"), "-Urm", "true").exitCode() == 0;
  }

  private Outcome readOnly(String... args) throws Exception {
    String script = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"";
    return run(
        Path.of("/usr/bin/unshare"),
        joined(
            new String[] {
              "-Urm",
              "sh",
              "-c",
              script,
              lib.resolveSibling(".").normalize().toString(),
              launcher.toString()
            },
            args));
  }

  @Test
  void leavesNothingOnAFullDisk() throws Exception {
    SmallDisk mounted = SmallDisk.mount(folder.resolve("disk"), 1).orElse(null);
    assumeTrue(mounted != null, "users may not mount file systems here");
    try (SmallDisk disk = mounted) {
      // The library has 1.6 MB. The jars that are there are links.
      String script =
          "mkdir -p \"$1/lib\" \"$1/bin\" && ln -s \"$0\"/* \"$1/lib/\" && cp \"$2\" \"$1/bin/\""
              + " && \"$1/bin/stripebridge\" setup --accept-licence --from \"$3\"; code=$?;"
              + " ls \"$1\"/lib/*.part >&2; exit $code";
      Outcome outcome =
          run(
              Path.of("/usr/bin/nsenter"),
              joined(
                  Arrays.copyOfRange(disk.wrapper(), 1, disk.wrapper().length),
                  new String[] {
                    "sh",
                    "-c",
                    script,
                    lib.toString(),
                    disk.file("archive").toString(),
                    launcher.toString(),
                    url("/maven2")
                  }));
      assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(4);
      assertThat(outcome.err())
          .contains("No space left on device", "make room there")
          .containsPattern("ls: cannot access .*\\.part");
    }
  }
}
