package stripebridge.acceptance.deploy.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.acceptance.Project;
import stripebridge.acceptance.faults.Eventually;
import stripebridge.core.testing.TestCertificate;
import stripebridge.sandbox.SandboxBroker;

/// Runs containers of the image that `make test-image` has built and unpacked.
@Tag("image")
class ImageTest {
  private static final String APP = "/opt/stripebridge";
  private static final String VOLUME = "/var/lib/stripebridge";
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final Pattern LISTENING = Pattern.compile("listening on https?://[^:]+:(\\d+)/");
  private static final int FROM_JARS_MAX = 60;

  @TempDir private Path folder;

  private UnpackedImage image;
  private final List<Process> started = new ArrayList<>();

  private record Ended(int exitCode, String out) {}

  @BeforeEach
  void findTheImage() throws IOException {
    Optional<UnpackedImage> given = UnpackedImage.given();
    assumeTrue(given.isPresent(), "no image was built: run make test-image");
    image = given.orElseThrow();
  }

  @AfterEach
  void end() {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
  }

  private Path log() {
    return folder.resolve("log");
  }

  private Process start(Container container) throws IOException {
    Process process =
        new ProcessBuilder(image.commandLine(container))
            .redirectErrorStream(true)
            .redirectOutput(log().toFile())
            .start();
    started.add(process);
    return process;
  }

  private Ended run(Container container) throws Exception {
    Process process = start(container);
    assertThat(process.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    return new Ended(process.exitValue(), Files.readString(log(), UTF_8));
  }

  private Ended shell(String script) throws Exception {
    return run(Container.of("-c", script).withCommand("/bin/bash").withOwnNetwork());
  }

  /// Waits until `serve` listens.
  ///
  /// @return the port of the webhooks
  private int awaitListening(Process process) throws Exception {
    Eventually.await(
        "serve listens",
        DEADLINE,
        () -> {
          assertThat(process.isAlive()).as(Files.readString(log())).isTrue();
          return LISTENING.matcher(Files.readString(log())).find();
        });
    Matcher found = LISTENING.matcher(Files.readString(log()));
    assertThat(found.find()).isTrue();
    return Integer.parseInt(found.group(1));
  }

  private Container serve(Map<String, String> broker) throws IOException {
    return Container.of()
        .withVolume(Files.createDirectories(folder.resolve("volume")), VOLUME)
        .withEnv(Map.of("STRIPE_WEBHOOK_SECRET", "whsec_of_the_image"))
        .withEnv(broker);
  }

  /// Readable for the user of the image, as the volume of a Secret is.
  private Path secrets() throws IOException {
    return Files.createDirectories(folder.resolve("secrets"));
  }

  private static Map<String, String> settings(String host) {
    return Map.of(
        "SOLACE_HOST", host,
        "SOLACE_VPN", "default",
        "SOLACE_USERNAME", "default",
        "SOLACE_PASSWORD", "default");
  }

  /// The reader of Dockerfiles, on which the tests of compose and of the chart rely, and the
  /// builder agree.
  @Test
  void startsWithWhatTheDockerfileSays() throws IOException {
    JsonNode built =
        new ObjectMapper()
            .readTree(image.rootfs().resolveSibling("image.json").toFile())
            .at("/Docker/config");
    ImageConfig said = image.config();

    assertThat(words(built.get("Entrypoint"))).isEqualTo(said.entrypoint());
    assertThat(words(built.get("Cmd"))).isEqualTo(said.cmd());
    assertThat(words(built.get("Env")))
        .filteredOn(variable -> !variable.startsWith("PATH="))
        .containsExactlyInAnyOrderElementsOf(
            said.env().entrySet().stream().map(Map.Entry::toString).toList());
    assertThat(built.get("User").asText()).isEqualTo(said.user());
    assertThat(built.get("WorkingDir").asText()).isEqualTo(said.workdir());
    assertThat(built.get("Volumes").fieldNames()).toIterable().isEqualTo(said.volumes());
    assertThat(built.get("ExposedPorts").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(
            said.ports().stream().map(port -> port + "/tcp").toList());
    assertThat(words(built.at("/Healthcheck/Test")).subList(1, 2)).isEqualTo(said.healthcheck());
    assertThat(built.at("/Labels/org.opencontainers.image.title").asText())
        .isEqualTo("stripebridge");
  }

  private static List<String> words(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  @Test
  void runsAsAUserWithoutPrivileges() throws Exception {
    Ended ended =
        shell("id -u; id -g; id -un; pwd; grep -h ^CapEff /proc/self/status; touch /opt/x");

    assertThat(ended.out())
        .startsWith("65532\n65532\nstripebridge\n" + VOLUME + "\nCapEff:\t0000000000000000\n")
        .contains("Read-only file system");
  }

  /// On a root file system that is not read-only, too, the user can only write to the volume.
  @Test
  void ownsNothingButItsVolume() throws IOException {
    assertThat(files(file -> attribute(file, "unix:uid").equals(65532))).containsExactly(VOLUME);
    assertThat(
            files(file ->
                !Files.isSymbolicLink(file)
                    && has(file, PosixFilePermission.OTHERS_WRITE)
                    // Sticky.
                    && ((int) attribute(file, "unix:mode") & 01000) == 0))
        .isEmpty();
  }

  @Test
  void hasNoProgramThatRunsAsAnotherUser() throws IOException {
    assertThat(
            files(file ->
                Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && ((int) attribute(file, "unix:mode") & 06000) != 0))
        .isEmpty();
  }

  /// `.ci/test-image` plants some of what must not get in, in the folder that it builds from.
  @Test
  void holdsNothingThatIsSecretAndNoSource() throws Exception {
    Path seen = image.rootfs().resolveSibling("context");
    List<String> files;
    try (Stream<String> lines = Files.lines(seen.resolveSibling("context.seen"))) {
      files = lines.toList();
    }
    // What the builder sees is what our reader of .dockerignore says.
    IgnoreFile ignored = IgnoreFile.ofProject();
    try (Stream<Path> all = Files.walk(seen)) {
      assertThat(
              all.filter(Files::isRegularFile)
                  .map(file -> seen.relativize(file).toString())
                  .filter(file -> !ignored.leavesOut(file)))
          .containsExactlyInAnyOrderElementsOf(files)
          .hasSizeGreaterThan(500);
    }
    assertThat(seen.resolve(".env")).hasContent("planted by test-image");
    assertThat(files).doesNotContain(".env", "inbox.db", "id_rsa");

    assertThat(files(file -> file.getFileName().toString().matches("\\.env.*|.*\\.db|.*\\.java")))
        .isEmpty();
    assertThat(image.file("/src")).doesNotExist();
    Process grep =
        new ProcessBuilder("grep", "-rl", "planted by test-image", image.rootfs().toString())
            .redirectOutput(log().toFile())
            .start();
    assertThat(grep.waitFor()).as(Files.readString(log())).isEqualTo(1);
  }

  @Test
  void startsWithAnEmptyEnvironment() throws Exception {
    Ended ended =
        run(
            Container.of("-i", APP + "/bin/stripebridge", "--version")
                .withCommand("/usr/bin/env")
                .withOwnNetwork());

    assertThat(ended.out()).startsWith("stripebridge ");
    assertThat(ended.exitCode()).isZero();
  }

  /// The whole pipeline, so that any library that is missing, or unpacks something, is noticed.
  @Test
  void validatesItselfWhereNothingInTmpCanBeExecuted() throws Exception {
    Ended ended =
        shell(
            "grep -c ' /tmp .*noexec' /proc/mounts; "
                + APP
                + "/bin/stripebridge validate --sandbox; code=$?; "
                + "echo left: $(ls -A /tmp); exit $code");

    assertThat(ended.exitCode()).as(ended.out()).isZero();
    assertThat(ended.out())
        .startsWith("1\n")
        .contains("✓", " 0 failed")
        .doesNotContain("Exception", "WARN")
        .endsWith("left:\n");
  }

  @Test
  void endsOnSigtermAsProcess1() throws Exception {
    try (SandboxBroker broker = SandboxBroker.start()) {
      Process process =
          start(
              serve(settings(broker.smfUri()))
                  .withEnv(Map.of("APP_HOST", "127.0.0.1", "APP_PORT", "0", "ADMIN_PORT", "0")));
      awaitListening(process);
      ProcessHandle one = UnpackedImage.processOne(process).orElseThrow();
      Path program = Files.readSymbolicLink(Path.of("/proc", Long.toString(one.pid()), "exe"));
      assertThat(program.toString()).endsWith(APP + "/runtime/bin/java");
      assertThat(Files.readString(Path.of("/proc", Long.toString(one.pid()), "status")))
          .containsPattern("NSpid:\t\\d+\t1\n")
          .containsPattern("Uid:\t65532\t65532\t");

      one.destroy();
      assertThat(process.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(log())).isZero();
      assertThat(Files.readString(log())).contains("\"msg\":\"service_stopped\"");
    }
  }

  /// Where the chart and compose mount them.
  @Test
  void servesWithMountedSecretsAndTopology() throws Exception {
    Files.writeString(secrets().resolve("webhook-secret"), "whsec_of_the_image\n");
    Path topology = folder.resolve("topology.yaml");
    Files.writeString(
        topology, Files.readString(Project.root().resolve("topology.yaml")) + "\n# ours\n");
    Process process =
        start(
            Container.of("serve", "--topology", "/etc/stripebridge/topology.yaml")
                .withVolume(Files.createDirectories(folder.resolve("volume")), VOLUME)
                .withFile(topology, "/etc/stripebridge/topology.yaml")
                .withFile(secrets(), "/run/secrets/stripebridge")
                .withEnv(settings("tcp://127.0.0.1:1"))
                .withEnv(
                    Map.of(
                        "STRIPE_WEBHOOK_SECRET_FILE",
                        "/run/secrets/stripebridge/webhook-secret",
                        "APP_HOST",
                        "127.0.0.1",
                        "APP_PORT",
                        "0",
                        "ADMIN_PORT",
                        "0")));
    awaitListening(process);

    assertThat(folder.resolve("volume/inbox.db")).exists();
  }

  /// Asks before `serve` starts, while it runs and after it has ended.
  private String health(Map<String, String> more) throws Exception {
    String script =
        """
        ask() { %1$s; echo "$1 $?"; }
        ask before
        %2$s serve >/tmp/log 2>&1 &
        for try in $(seq 600); do %1$s >/dev/null && break; sleep 0.1; done
        ask during
        kill -TERM $! && wait $!
        echo "serve $?"
        ask after
        """
            .formatted(image.config().healthcheck().getFirst(), APP + "/bin/stripebridge");
    return run(serve(settings("tcp://127.0.0.1:1"))
            .withEnv(more)
            .withFile(secrets(), "/run/secrets/stripebridge")
            .withCommand("/bin/bash")
            .withArgs("-c", script)
            .withOwnNetwork())
        .out();
  }

  @Test
  void isHealthyWhileItServes() throws Exception {
    String down = "nothing listens on 127.0.0.1 port 9090; see the log of the container\n";
    assertThat(health(Map.of()))
        .isEqualTo(down + "before 1\nduring 0\nserve 0\n" + down + "after 1\n");
  }

  @Test
  void isHealthyWhileItServesOverTls() throws Exception {
    Map<String, String> tls = ellipticCurves("localhost");
    String down = "no answer over TLS from 127.0.0.1 port 9090: Connection refused\n";
    assertThat(health(tls)).isEqualTo(down + "before 1\nduring 0\nserve 0\n" + down + "after 1\n");
  }

  @Test
  void saysWhyItIsNotHealthy() throws Exception {
    Map<String, String> webhookPort = Map.of("ADMIN_PORT", "8080", "APP_PORT", "9090");
    assertThat(health(webhookPort)).contains("during 0");
    Ended ended =
        shell(
            "ADMIN_PORT=0 %1$s; ADMIN_PORT='' APP_PORT=80x %1$s"
                .formatted(image.config().healthcheck().getFirst()));
    assertThat(ended.out())
        .isEqualTo(
            """
            ADMIN_PORT is '0': the health check needs a fixed port
            ADMIN_PORT is '80x': the health check needs a fixed port
            """);
  }

  /// A certificate with a key of an elliptic curve, and the settings that name its files.
  private Map<String, String> ellipticCurves(String host) throws Exception {
    TestCertificate.create(folder, "EC", host)
        .write(secrets().resolve("tls.crt"), secrets().resolve("tls.key"));
    return Map.of(
        "APP_TLS_CERT_PATH", "/run/secrets/stripebridge/tls.crt",
        "APP_TLS_KEY_PATH", "/run/secrets/stripebridge/tls.key");
  }

  /// A runtime without the right modules starts, and fails at its first handshake.
  @Test
  void speaksTlsWithKeysOfEllipticCurves() throws Exception {
    Map<String, String> tls = ellipticCurves("localhost");
    Process process =
        start(
            serve(settings("tcp://127.0.0.1:1"))
                .withEnv(tls)
                .withEnv(Map.of("APP_HOST", "127.0.0.1", "APP_PORT", "0", "ADMIN_PORT", "0"))
                .withFile(secrets(), "/run/secrets/stripebridge"));
    int port = awaitListening(process);

    KeyStore trusted =
        KeyStore.getInstance(folder.resolve("keytool.p12").toFile(), "changeit".toCharArray());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
      assertThat(socket.getSession().getPeerCertificates()[0].getPublicKey().getAlgorithm())
          .isEqualTo("EC");
    }
  }

  /// The JVM checks jars, their dates, and its own modules, and says why it takes none.
  @ParameterizedTest
  @ValueSource(strings = {"stripebridge.aot", "stripebridge-broker.aot"})
  void acceptsItsAotCaches(String cache) throws Exception {
    for (String collector : List.of("-XX:+UseSerialGC", "-XX:+UseG1GC")) {
      Ended ended =
          run(
              Container.of(
                      "-XX:AOTMode=on",
                      "-XX:AOTCache=" + APP + "/lib/" + cache,
                      collector,
                      "-jar",
                      APP + "/lib/stripebridge.jar",
                      "--version")
                  .withCommand(APP + "/runtime/bin/java")
                  .withOwnNetwork());
      assertThat(ended.exitCode()).as(ended.out()).isZero();
      assertThat(ended.out()).startsWith("stripebridge ").hasLineCount(1);
    }
  }

  @Test
  void usesItsAotCache() throws Exception {
    Ended ended =
        run(
            Container.of("--version")
                .withEnv(Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load"))
                .withOwnNetwork());
    assertThat(ended.out().lines().filter(line -> line.contains("shared objects file")))
        .hasSizeGreaterThan(500);
    assertThat(ended.out().lines().filter(line -> line.contains("source: file:")))
        .hasSizeLessThan(FROM_JARS_MAX);
  }

  @Test
  void hasEveryLibraryThatItsLibrariesNeed() throws Exception {
    Ended ended =
        shell(
            "cd %s && find . -name '*.so' | while read -r file; do echo \"$file:\"; ".formatted(APP)
                + "LD_LIBRARY_PATH=runtime/lib:runtime/lib/server ldd \"$file\"; done");

    assertThat(ended.exitCode()).as(ended.out()).isZero();
    assertThat(ended.out())
        .contains("/libjava.so:", "/libsqlitejdbc.so:", "libc.so.6 => ")
        .doesNotContain("not found");
  }

  @Test
  void hasSqlitesLibraryForThisSystemAlone() throws IOException {
    assertThat(files(file -> file.getFileName().toString().contains("sqlitejdbc")))
        .singleElement()
        .asString()
        .startsWith(APP + "/lib/native/org/sqlite/native/Linux/");
  }

  /// `java.desktop` is for JavaBeans, which neither Jackson nor SnakeYAML meets here; what Error
  /// Prone's annotations say is for compilers.
  @Test
  void hasEveryModuleThatItsJarsNeed() throws Exception {
    Set<String> needed = new TreeSet<>(modulesOfTheJars());
    needed.removeAll(Set.of("java.compiler", "java.desktop"));
    Ended listed = run(Container.of("--list-modules").withCommand(APP + "/runtime/bin/java"));

    Set<String> there =
        listed.out().lines().map(line -> line.split("@", 2)[0]).collect(Collectors.toSet());
    assertThat(needed).contains("java.sql", "jdk.httpserver");
    assertThat(there).containsAll(needed).doesNotContain("java.desktop", "jdk.compiler");
  }

  private List<String> modulesOfTheJars() {
    List<String> args =
        new ArrayList<>(
            List.of("--ignore-missing-deps", "--multi-release", "25", "--print-module-deps"));
    try (Stream<Path> jars = Files.list(image.file(APP + "/lib"))) {
      List<String> paths =
          jars.map(Path::toString).filter(path -> path.endsWith(".jar")).sorted().toList();
      args.addAll(List.of("--class-path", String.join(":", paths)));
      args.addAll(paths);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    StringWriter out = new StringWriter();
    int code =
        ToolProvider.findFirst("jdeps")
            .orElseThrow()
            .run(
                new PrintWriter(out),
                new PrintWriter(new StringWriter()),
                args.toArray(String[]::new));
    assertThat(code).isZero();
    String last = out.toString().lines().reduce("", (_, line) -> line);
    return Arrays.asList(last.split(","));
  }

  private interface FileCheck {
    boolean test(Path file) throws IOException;
  }

  /// The files and folders for which the check is true, as paths in the image.
  private List<String> files(FileCheck check) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> all = Files.walk(image.rootfs())) {
      for (Path file : (Iterable<Path>) all::iterator) {
        if (check.test(file)) {
          found.add("/" + image.rootfs().relativize(file));
        }
      }
    }
    return found;
  }

  private static Object attribute(Path file, String name) throws IOException {
    return Files.getAttribute(file, name, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean has(Path file, PosixFilePermission permission) throws IOException {
    return Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).contains(permission);
  }
}
