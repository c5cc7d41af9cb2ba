package stripebridge.cli.setup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.ReloadRequest;
import stripebridge.cli.StopRequest;

/// Runs `setup` on a folder of jars. Ours is empty: no AOT caches can be made there, which never
/// fails a setup. `ThinArchiveTest` makes them.
class SetupRunTest {
  private static final ClientLibrary LIBRARY = ClientLibrary.ofThisBuild();
  private static final Duration STALL_MAX = Duration.ofMillis(200);
  private static final String LOCK = "setup.lock";

  @TempDir private Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private byte[] real = {};
  private Path lib = Path.of("");
  private Path jar = Path.of("");

  @BeforeEach
  void layOut() throws IOException {
    real = Files.readAllBytes(ClientLibraryTest.resolved());
    lib = Files.createDirectories(folder.resolve("lib"));
    jar = lib.resolve(LIBRARY.fileName());
    Path ours = Files.createFile(lib.resolve("stripebridge.jar"));
    Files.setPosixFilePermissions(ours, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private ExitCode setUp(@Nullable String from) throws InterruptedException {
    return setUp(from, true, false, "");
  }

  private ExitCode setUp(@Nullable String from, boolean accepted, boolean terminal, String typed)
      throws InterruptedException {
    CliContext context =
        new CliContext(
            environment,
            folder,
            new ByteArrayInputStream(typed.getBytes(UTF_8)),
            new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
            new PrintStream(err, true, UTF_8),
            terminal,
            InstantSource.system(),
            new StopRequest(),
            ReloadRequest.withoutSignal());
    return new SetupRun(
            context, new Installation(lib, LIBRARY), new Download(environment, STALL_MAX))
        .run(from, accepted);
  }

  private CommandFailure failure(@Nullable String from) {
    try {
      throw new AssertionError("it ended with " + setUp(from));
    } catch (CommandFailure failure) {
      return failure;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void assertInstalled() throws IOException {
    assertThat(jar).hasBinaryContent(real);
    assertThat(files()).containsExactly(LOCK, LIBRARY.fileName(), "stripebridge.jar");
  }

  private void assertNothingInstalled() throws IOException {
    assertThat(files()).isSubsetOf(LOCK, "stripebridge.jar");
  }

  @Test
  void fetchesTheLibraryFromARepository() throws Exception {
    try (JarServer server = JarServer.start(JarServer.file(real))) {
      assertThat(setUp(server.url() + "/maven2")).isEqualTo(ExitCode.OK);

      assertThat(server.requests())
          .singleElement()
          .asString()
          .startsWith("GET /maven2" + LIBRARY.in(URI.create("http://m/")).getPath() + " ");
    }
    assertInstalled();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(jar)))
        .as("as readable as our own jar")
        .isEqualTo("rw-r--r--");
    assertThat(err.toString(UTF_8))
        .contains(LIBRARY.licence(), LIBRARY.licenceUrl(), "accepted with --accept-licence")
        .contains("no AOT caches could be made", "commands work without");
  }

  @Test
  void takesAFile() throws Exception {
    Files.write(folder.resolve("elsewhere.jar"), real);

    assertThat(setUp("elsewhere.jar")).isEqualTo(ExitCode.OK);
    assertInstalled();
  }

  @Test
  void asksOnATerminal() throws Exception {
    Files.write(folder.resolve("a.jar"), real);

    assertThatThrownBy(() -> setUp("a.jar", false, true, "no\n"))
        .isInstanceOfSatisfying(
            CommandFailure.class,
            stopped -> assertThat(stopped.exitCode()).isEqualTo(ExitCode.INTERRUPTED));
    assertNothingInstalled();
    assertThat(err.toString(UTF_8))
        .contains(LIBRARY.licence(), LIBRARY.licenceUrl())
        .endsWith("Go on? [y/N] ");
    assertThat(setUp("a.jar", false, true, "y\n")).isEqualTo(ExitCode.OK);
    assertInstalled();
  }

  @Test
  void fetchesNothingWithoutConsent() throws Exception {
    try (JarServer server = JarServer.start(JarServer.file(real))) {
      assertThatThrownBy(() -> setUp(server.url() + "/x.jar", false, false, "yes\n"))
          .isInstanceOfSatisfying(
              CommandFailure.class,
              failure -> {
                assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE);
                assertThat(failure.hint()).contains("--accept-licence");
              });
      assertThat(server.requests()).isEmpty();
    }
    assertNothingInstalled();
  }

  @Test
  void takesNoOtherBytesFromAServer() throws Exception {
    byte[] other = real.clone();
    other[1_000] ^= 1;
    try (JarServer server = JarServer.start(JarServer.file(other))) {
      CommandFailure failure = failure(server.url() + "/x.jar");

      assertThat(failure.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(failure)
          .hasMessageMatching(
              "(?s).* expected SHA-256 " + LIBRARY.sha256() + ", saw [0-9a-f]{64}; nothing .*");
    }
    assertNothingInstalled();
  }

  @Test
  void takesNoOtherFile() throws Exception {
    Files.writeString(folder.resolve("other.jar"), "another file");

    assertThat(failure("other.jar").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(failure("missing.jar")).hasMessageContaining("there is no such file");
    assertThat(failure(".")).hasMessageContaining("there is no such file");
    assertNothingInstalled();
  }

  @Test
  void keepsNoPartOfACutDownload() throws Exception {
    byte[] half = Arrays.copyOf(real, real.length / 2);
    try (JarServer cut =
            JarServer.start(
                (_, out) -> JarServer.send(out, "200 OK\r\nContent-Length: " + real.length, half));
        JarServer unnoticed =
            JarServer.start((_, out) -> JarServer.send(out, "200 OK\r\nConnection: close", half))) {
      CommandFailure failure = failure(cut.url() + "/x.jar");
      assertThat(failure.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(failure)
          .hasMessageContaining("the connection broke after %,d bytes".formatted(half.length));
      assertNothingInstalled();

      assertThat(failure(unnoticed.url() + "/x.jar")).hasMessageContaining("expected SHA-256");
    }
    assertNothingInstalled();
  }

  @Test
  void doesNotWaitForAServerThatStalls() throws Exception {
    JarServer[] self = new JarServer[1];
    try (JarServer server =
        JarServer.start((_, out) -> {
          JarServer.send(out, "200 OK\r\nContent-Length: " + real.length, new byte[100]);
          self[0].hold();
        })) {
      self[0] = server;
      CommandFailure failure = failure(server.url() + "/x.jar");

      assertThat(failure.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(failure).hasMessageContaining("broke after 100 bytes: no answer within");
    }
    assertNothingInstalled();
  }

  @ParameterizedTest
  @CsvSource({"404 Not Found, UNAVAILABLE", "503 Busy, UNAVAILABLE", "403 Forbidden, REFUSED"})
  void saysWhatTheServerAnswered(String status, ExitCode code) throws Exception {
    try (JarServer server =
        JarServer.start(
            (_, out) -> JarServer.send(out, status + "\r\nContent-Length: 0", new byte[0]))) {
      CommandFailure failure = failure("http://joe:secret@" + server.url().substring(7) + "/x.jar");

      assertThat(failure.exitCode()).isEqualTo(code);
      assertThat(failure)
          .hasMessage(
              "cannot fetch the library from %s/x.jar: the server answered %s",
              server.url(), status);
    }
    assertNothingInstalled();
  }

  @Test
  void saysThatNobodyListens() throws Exception {
    JarServer gone = JarServer.start(JarServer.file(real));
    gone.close();

    CommandFailure failure = failure(gone.url() + "/x.jar");
    assertThat(failure.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(failure).hasMessageEndingWith("no connection");
  }

  @Test
  void followsRedirectsAndKeepsTheLogin() throws Exception {
    try (JarServer store = JarServer.start(JarServer.file(real));
        JarServer server =
            JarServer.start((_, out) ->
                JarServer.send(
                    out,
                    "302 Found\r\nContent-Length: 0\r\nLocation: " + store.url() + "/y.jar",
                    new byte[0]))) {
      assertThat(setUp("http://joe:secret@" + server.url().substring(7) + "/x.jar"))
          .isEqualTo(ExitCode.OK);

      String login = Base64.getEncoder().encodeToString("joe:secret".getBytes(UTF_8));
      assertThat(server.requests().getFirst()).contains("Authorization: Basic " + login);
      assertThat(store.requests().getFirst()).doesNotContain("Authorization");
    }
    assertInstalled();
    assertThat(err.toString(UTF_8)).doesNotContain("secret");
  }

  @Test
  void doesNotFollowRedirectsForEver() throws Exception {
    try (JarServer server =
        JarServer.start((_, out) ->
            JarServer.send(
                out, "302 Found\r\nContent-Length: 0\r\nLocation: /again.jar", new byte[0]))) {
      assertThat(failure(server.url() + "/x.jar")).hasMessageContaining("more than 5 redirects");
      assertThat(server.requests()).hasSize(6);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://a/x, http://b/y?token=secret",
    "https://a/x, file:///etc/passwd",
    "http://a/x, ftp://b/y",
    "https://a/x, //",
  })
  void refusesARedirectToSomethingLessSafe(URI from, String location) {
    assertThatThrownBy(() -> Download.target(from, location))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("it redirects to")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({"http://a/x, https://b/y", "http://a/x, http://b/y", "https://a/x, https://b/y"})
  void followsARedirectThatIsNoLessSafe(URI from, String location) {
    assertThat(Download.target(from, location)).hasToString(location);
  }

  @Test
  void goesThroughTheProxyOfTheEnvironment() throws Exception {
    String login = Base64.getEncoder().encodeToString("joe:secret".getBytes(UTF_8));
    try (JarServer proxy =
        JarServer.start((head, out) -> {
          if (head.contains("Proxy-Authorization: Basic " + login)) {
            JarServer.file(real).to(head, out);
          } else {
            JarServer.send(
                out,
                "407 Who\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0"
                    + "\r\nConnection: close",
                new byte[0]);
          }
        })) {
      environment.put("http_proxy", "http://joe:secret@" + proxy.url().substring(7));

      assertThat(setUp("http://mirror.invalid/x.jar")).isEqualTo(ExitCode.OK);
      assertThat(proxy.requests().getFirst()).startsWith("GET http://mirror.invalid/x.jar ");
    }
    assertInstalled();
  }

  @Test
  void replacesADamagedLibrary() throws Exception {
    Files.writeString(jar, "damaged");
    Files.write(folder.resolve("a.jar"), real);

    assertThat(setUp("a.jar")).isEqualTo(ExitCode.OK);
    assertInstalled();
    assertThat(err.toString(UTF_8)).contains("is damaged or another file");
  }

  @Test
  void removesWhatAKilledSetupLeft() throws Exception {
    Files.write(lib.resolve("sol-jcsmp-123.part"), new byte[10]);
    Files.createDirectories(lib.resolve("aot-training-123/deep"));
    Files.write(folder.resolve("a.jar"), real);

    assertThat(setUp("a.jar")).isEqualTo(ExitCode.OK);
    assertInstalled();
  }

  @Test
  void changesNothingWhereAllIsThere() throws Exception {
    Files.write(jar, real);
    Files.writeString(lib.resolve("stripebridge.aot"), "a cache");
    Files.writeString(lib.resolve("stripebridge-broker.aot"), "a cache");
    seal();
    List<String> before = files();

    assertThat(setUp(null, false, false, "")).isEqualTo(ExitCode.OK);
    assertThat(files()).isEqualTo(before);
    assertThat(err.toString(UTF_8)).startsWith("nothing to do: " + jar);
  }

  @Test
  void makesCachesAnewForAnotherJava() throws Exception {
    Files.write(jar, real);
    Files.writeString(lib.resolve("stripebridge.aot"), "a cache");
    Files.writeString(lib.resolve("stripebridge-broker.aot"), "a cache");
    Files.writeString(lib.resolve("stripebridge.aot.java"), "java.vm.version=another\n");
    seal();

    assertThat(setUp(null, false, false, "")).isEqualTo(ExitCode.OK);
    assertThat(err.toString(UTF_8)).startsWith("making the AOT caches");
    assertThat(lib.resolve("stripebridge.aot.jars")).doesNotExist();
  }

  @Test
  void needsNoLicenceForCachesAlone() throws Exception {
    Files.write(jar, real);

    assertThat(setUp(null, false, false, "")).isEqualTo(ExitCode.OK);
    assertThat(err.toString(UTF_8))
        .startsWith("making the AOT caches")
        .doesNotContain(LIBRARY.licence());
  }

  private void seal() throws Exception {
    Process cksum =
        new ProcessBuilder("sh", "-c", "LC_ALL=C cksum ./*.jar >stripebridge.aot.jars")
            .directory(lib.toFile())
            .start();
    assertThat(cksum.waitFor()).isZero();
  }
}
