package stripebridge.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Running;
import stripebridge.sandbox.SandboxBroker;

/// The ways in which the file of a secret changes while `serve` runs: as secret stores, editors and
/// people do it, well and badly. The last good value stays until there is a better one.
class ServeSecretFilesTest {
  private static final Pattern FAILURES =
      Pattern.compile("secret_reload_failures_total\\{name=\"STRIPE_WEBHOOK_SECRET\"} (\\d+)\\.0");

  private final SandboxBroker broker = SandboxBroker.start();
  @TempDir Path folder;
  private CliHarness cli;
  private Path file;
  private int posted;

  @BeforeEach
  void set() {
    file = folder.resolve("secret");
    cli =
        new CliHarness(folder)
            .onTrueTime()
            .env("SOLACE_HOST", broker.smfUri())
            .env("SOLACE_VPN", "default")
            .env("SOLACE_USERNAME", "default")
            .env("SOLACE_PASSWORD", "default")
            .env("STRIPE_WEBHOOK_SECRET_FILE", "secret")
            .env("APP_HOST", "127.0.0.1")
            .env("APP_PORT", "0");
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  /// A change of the file.
  @FunctionalInterface
  private interface Change {
    void make() throws IOException;
  }

  /// A change after which the file cannot be used.
  ///
  /// @param problem what the log says about it
  private record Bad(String name, Change change, String problem) {}

  /// A change to another good value.
  ///
  /// @param secret that it has
  private record Good(String name, Change change, String secret) {}

  @Test
  void keepTheLastGoodValueWhenTheyAreBad() throws Exception {
    Path elsewhere = folder.resolve("elsewhere");
    List<Bad> all =
        List.of(
            new Bad("empty", () -> Files.writeString(file, ""), "whose content is empty"),
            new Bad("deleted", () -> Files.delete(file), "no such file"),
            new Bad(
                "a directory",
                () -> {
                  Files.delete(file);
                  Files.createDirectory(file);
                },
                "(?i)is a directory"),
            new Bad(
                "a link to nothing",
                () -> Files.createSymbolicLink(emptied(), elsewhere),
                "no such file"),
            new Bad(
                "a link to itself",
                () -> Files.createSymbolicLink(emptied(), file),
                "(?i)too many levels of symbolic links"),
            new Bad(
                "too large",
                () -> Files.writeString(file, "whsec_".repeat(20_000)),
                "larger than 64 KiB"),
            new Bad(
                "one bad member",
                () -> Files.writeString(file, "live=whsec_bad,,next=whsec_bad_too"),
                "leaves item 2 empty"),
            new Bad(
                "a member twice",
                () -> Files.writeString(file, "live=whsec_bad,next=whsec_bad"),
                "repeats item 1 as item 2"),
            new Bad(
                "a value with a space",
                () -> Files.writeString(file, "live=whsec_bad here"),
                "has a space or control character in item 1"));
    Files.writeString(file, "live=whsec_0");
    try (Running serve = cli.start("serve")) {
      RunningBridge bridge = RunningBridge.await(serve);
      for (int i = 0; i < all.size(); i++) {
        Bad bad = all.get(i);
        bad.change().make();
        readTwice(serve);
        readTwice(serve);
        assertThat(failures(bridge)).as(bad.name()).isEqualTo(i + 1);
        assertThat(post(bridge, "whsec_" + i)).as(bad.name()).isEqualTo(200);
        assertThat(post(bridge, "whsec_bad")).as(bad.name()).isEqualTo(400);

        String next = "whsec_" + (i + 1);
        Files.writeString(emptied(), "live=" + next);
        readTwice(serve);
        assertThat(post(bridge, next)).as("after " + bad.name()).isEqualTo(200);
        assertThat(post(bridge, "whsec_" + i)).as("after " + bad.name()).isEqualTo(400);
      }
      List<String> said =
          serve.stop().out().lines().filter(line -> line.contains("_not_reloaded")).toList();
      assertThat(said).as("each is said once").hasSameSizeAs(all);
      for (int i = 0; i < all.size(); i++) {
        assertThat(said.get(i))
            .as(all.get(i).name())
            .containsPattern(
                "\"msg\":\"setting_not_reloaded\",\"setting\":\"STRIPE_WEBHOOK_SECRET\","
                    + "\"file\":\"secret\",\"problem\":\"STRIPE_WEBHOOK_SECRET_FILE: .*"
                    + all.get(i).problem())
            .doesNotContain("whsec_");
      }
    }
  }

  @Test
  void areTakenHoweverTheyAreChangedAndWritten() throws Exception {
    Path mount = Files.createDirectory(folder.resolve("mount"));
    List<Good> all =
        List.of(
            new Good("in place", () -> Files.writeString(file, "whsec_place\n"), "whsec_place"),
            new Good("no newline", () -> Files.writeString(file, "whsec_bare"), "whsec_bare"),
            new Good("CRLF", () -> Files.writeString(file, "whsec_crlf\r\n"), "whsec_crlf"),
            new Good(
                "CRLF between",
                () -> Files.writeString(file, "a=whsec_first\r\nb=whsec_second\r\n"),
                "whsec_second"),
            new Good(
                "renamed",
                () ->
                    Files.move(
                        Files.writeString(folder.resolve("new"), "whsec_renamed"),
                        file,
                        StandardCopyOption.ATOMIC_MOVE),
                "whsec_renamed"),
            new Good(
                "now a link",
                () -> {
                  swap(mount, "..2026_12_01_00_00_00.1", "whsec_linked");
                  Files.createSymbolicLink(emptied(), mount.resolve("value"));
                },
                "whsec_linked"),
            new Good(
                "swapped",
                () -> swap(mount, "..2026_12_01_00_01_00.2", "whsec_swapped"),
                "whsec_swapped"),
            new Good(
                "swapped again",
                () -> swap(mount, "..2026_12_01_00_02_00.3", "whsec_again"),
                "whsec_again"));
    Files.writeString(file, "whsec_before");
    String former = "whsec_before";
    try (Running serve = cli.start("serve")) {
      RunningBridge bridge = RunningBridge.await(serve);
      for (Good good : all) {
        good.change().make();
        readTwice(serve);
        assertThat(post(bridge, good.secret())).as(good.name()).isEqualTo(200);
        assertThat(post(bridge, former)).as("before " + good.name()).isEqualTo(400);
        former = good.secret();
      }
      assertThat(failures(bridge)).isZero();
    }
  }

  /// Truncated, then half written, then whole: each is read once but the last.
  @Test
  void areNotTakenWhileTheyAreBeingWritten() throws Exception {
    Files.writeString(file, "whsec_before");
    try (Running serve = cli.start("serve")) {
      RunningBridge bridge = RunningBridge.await(serve);
      for (String written :
          List.of("", "whsec_aft", "whsec_after,nex", "whsec_after,next=whsec_2")) {
        Files.writeString(file, written);
        serve.passPollingTime();
        assertThat(post(bridge, "whsec_before")).as("after '%s'", written).isEqualTo(200);
        assertThat(post(bridge, "whsec_aft")).as("after '%s'", written).isEqualTo(400);
      }
      serve.passPollingTime();
      assertThat(post(bridge, "whsec_after")).isEqualTo(200);
      assertThat(post(bridge, "whsec_2")).isEqualTo(200);
      assertThat(post(bridge, "whsec_before")).isEqualTo(400);
      assertThat(failures(bridge)).isZero();
      assertThat(serve.stop().out()).doesNotContain("setting_not_reloaded");
    }
  }

  @Test
  void keepTheLastGoodValueWhenTheyCannotBeRead() throws Exception {
    Files.writeString(file, "whsec_before");
    try (Running serve = cli.start("serve")) {
      RunningBridge bridge = RunningBridge.await(serve);
      Files.writeString(file, "whsec_after");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
      Assumptions.assumeFalse(Files.isReadable(file), "this user may read everything");
      readTwice(serve);
      serve.await("\"msg\":\"setting_not_reloaded\".*permission denied");
      assertThat(post(bridge, "whsec_before")).isEqualTo(200);
      assertThat(failures(bridge)).isOne();
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
      readTwice(serve);
      assertThat(post(bridge, "whsec_after")).isEqualTo(200);
    }
  }

  /// The path of the file, which is not there any more.
  private Path emptied() throws IOException {
    Files.deleteIfExists(file);
    return file;
  }

  /// As the kubelet does it: the folder of the former content is removed.
  private static void swap(Path mount, String version, String content) throws IOException {
    Path data = mount.resolve("..data");
    Path former = Files.exists(data) ? data.toRealPath() : data;
    Files.writeString(Files.createDirectory(mount.resolve(version)).resolve("value"), content);
    Path next = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of(version));
    Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
    if (former.equals(data)) {
      Files.createSymbolicLink(mount.resolve("value"), Path.of("..data", "value"));
      return;
    }
    try (Stream<Path> old = Files.walk(former)) {
      for (Path one : old.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }

  private static void readTwice(Running serve) throws InterruptedException {
    serve.passPollingTime();
    serve.passPollingTime();
  }

  private int post(RunningBridge bridge, String secret) throws Exception {
    posted++;
    return bridge.post(secret, "evt_" + posted, "refund.created");
  }

  private static int failures(RunningBridge bridge) throws Exception {
    Matcher failures = FAILURES.matcher(bridge.metrics());
    assertThat(failures.find()).isTrue();
    return Integer.parseInt(failures.group(1));
  }
}
