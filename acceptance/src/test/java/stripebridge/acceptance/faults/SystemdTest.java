package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.Project;
import stripebridge.acceptance.deploy.systemd.Machine;
import stripebridge.sandbox.SandboxBroker;

/// Installs the bridge with the commands of `docs/systemd.md`, in a systemd of its own, and
/// operates it as the page says.
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SystemdTest {
  private static final Path BUILT = Project.root().resolve("cli/target/lib");
  private static final String UNIT = "stripebridge.service";
  private static final Duration START_MAX = Duration.ofMinutes(1);
  private static final Pattern LISTENING =
      Pattern.compile("listening on (http://127\\.0\\.0\\.1:\\d+)/");

  private SandboxBroker broker;
  private Arrivals arrivals;
  private Machine machine;
  private String page;

  @BeforeAll
  void install(@TempDir Path folder) throws Exception {
    assumeTrue(Files.exists(BUILT.resolve("stripebridge.jar")), "cli/target/lib has no build");
    Machine.obstacle().ifPresent(why -> assumeTrue(false, why));
    page = Files.readString(Project.root().resolve("docs/systemd.md"));
    Path files = folder.resolve("files");
    layOut(files.resolve("opt/stripebridge-0.1.0"));
    broker = SandboxBroker.start();
    arrivals = new Arrivals(broker);
    machine = Machine.boot(folder, files);
    machine.script(line("ln -sfn stripebridge-0.1.0 /opt/stripebridge"));
    machine.script(block("cd /opt/stripebridge/deploy/systemd\ninstall -D -m 0644 sysusers.conf"));
    // Otherwise systemd forgets a unit, with its result, when it stops.
    machine.succeed("systemctl", "enable", UNIT);
  }

  @AfterAll
  void end() throws Exception {
    if (machine != null) {
      machine.close();
    }
    if (broker != null) {
      broker.close();
    }
  }

  /// What the archive has, as far as the service needs it.
  private static void layOut(Path home) throws Exception {
    Files.createDirectories(home.resolve("bin"));
    Files.copy(
        Project.root().resolve("stripebridge"),
        home.resolve("bin/stripebridge"),
        StandardCopyOption.COPY_ATTRIBUTES);
    // The JVM wants the jars of its cache as old as they were.
    new ProcessBuilder("cp", "-a", BUILT.toString(), home.resolve("lib").toString())
        .start()
        .waitFor();
    Files.copy(Project.root().resolve(".mvn/jdk25.sh"), home.resolve("lib/jdk25.sh"));
    Files.copy(Project.root().resolve("topology.yaml"), home.resolve("topology.yaml"));
    Path units = Files.createDirectories(home.resolve("deploy/systemd"));
    try (Stream<Path> all = Files.list(Project.root().resolve("deploy/systemd"))) {
      for (Path file : all.toList()) {
        Files.copy(file, units.resolve(file.getFileName()));
      }
    }
    // What the archive gives to all is readable for all, whatever the umask here.
    new ProcessBuilder("chmod", "-R", "a+rX", home.toString()).start().waitFor();
  }

  /// A block of the page, by its beginning.
  private String block(String beginning) {
    int from = page.indexOf("```\n" + beginning);
    assertThat(from).as("docs/systemd.md has a block that begins: " + beginning).isNotNegative();
    return page.substring(from + 4, page.indexOf("```", from + 4));
  }

  private String line(String line) {
    assertThat(page).contains("\n" + line + "\n");
    return line;
  }

  @BeforeEach
  void configure() throws Exception {
    machine.run("systemctl", "stop", UNIT);
    machine.run("systemctl", "reset-failed", UNIT);
    machine.succeed("rm", "-rf", "/etc/systemd/system/stripebridge.service.d");
    machine.succeed("systemctl", "daemon-reload");
    // Any ports, and a broker that does without TLS.
    settings("");
    secret("stripe-webhook-secret", ServeProcess.SECRET);
    secret("solace-password", "default");
  }

  private void settings(String more) throws Exception {
    write(
        "/etc/stripebridge/stripebridge.env",
        """
        SOLACE_HOST=%s
        SOLACE_VPN=default
        SOLACE_USERNAME=default
        APP_HOST=127.0.0.1
        APP_PORT=0
        ADMIN_PORT=0
        RETRY_BACKOFF_BASE_SECONDS=0.1
        """
                .formatted(broker.smfUri())
            + more);
  }

  private void write(String file, String text) throws Exception {
    Machine.Ended ended = machine.run(text, Map.of(), "sh", "-c", "cat >\"$0\"", file);
    assertThat(ended).isEqualTo(new Machine.Ended(0, ""));
  }

  /// As the page says.
  private void secret(String name, String value) throws Exception {
    String command = line("install -m 0640 -g stripebridge /dev/stdin " + name);
    Machine.Ended ended =
        machine.run(value, Map.of(), "sh", "-ec", "cd /etc/stripebridge/secrets\n" + command);
    assertThat(ended).isEqualTo(new Machine.Ended(0, ""));
  }

  private String journal() throws Exception {
    String invocation = machine.property(UNIT, "InvocationID");
    machine.succeed("journalctl", "--sync");
    return machine.run("journalctl", "-o", "cat", "_SYSTEMD_INVOCATION_ID=" + invocation).out();
  }

  /// Waits until the process that runs now listens.
  private URI awaitListening() throws Exception {
    StringBuilder url = new StringBuilder();
    Eventually.await(
        "serve listens",
        START_MAX,
        () -> {
          Matcher found = LISTENING.matcher(journal());
          if (found.find()) {
            url.append(found.group(1));
            return true;
          }
          assertThat(machine.property(UNIT, "ActiveState")).as(journal()).isNotEqualTo("failed");
          return false;
        });
    return URI.create(url + "/webhooks/stripe");
  }

  private URI start() throws Exception {
    Machine.Ended ended = machine.run("systemctl", "start", UNIT);
    if (ended.exitCode() != 0) {
      throw new AssertionError(machine.run("systemctl", "status", UNIT).out());
    }
    return awaitListening();
  }

  private String mainPid() throws Exception {
    return machine.property(UNIT, "MainPID");
  }

  @Test
  void takesWebhooksAndStops() throws Exception {
    Load load = new Load(4);
    URI webhooks = start();
    try (Load.Running running = load.start(webhooks, 25)) {
      running.join();
    }
    assertThat(load.answers()).isEqualTo(Map.of(200, 100));
    Eventually.await(
        "all are published",
        START_MAX,
        () -> new HashSet<>(arrivals.ids()).containsAll(load.stored()));
    machine.succeed("systemctl", "stop", UNIT);

    assertThat(journal()).contains("stopped: 0 waiting and 0 parked in the inbox");
    assertThat(machine.property(UNIT, "Result")).isEqualTo("success");
    assertThat(machine.property(UNIT, "ExecMainStatus")).isEqualTo("0");
    assertThat(machine.succeed("stat", "-c", "%U %a", "/var/lib/stripebridge").strip())
        .isEqualTo("stripebridge 700");
    assertThat(machine.succeed("stat", "-c", "%U %a", "/var/lib/stripebridge/inbox.db").strip())
        .isEqualTo("stripebridge 600");
    String stats = block("cd /\nsudo -u stripebridge");
    assertThat(stats).contains("  /opt/stripebridge/bin/stripebridge inbox stats\n");
    assertThat(
            machine.script(
                // setpriv does what sudo does, and belongs to every system.
                stats.replace(
                    "sudo -u stripebridge",
                    "setpriv --reuid stripebridge" + " --regid stripebridge --clear-groups env")))
        .contains("waiting");
  }

  @Test
  void isConfined() throws Exception {
    start();
    String pid = mainPid();

    assertThat(machine.succeed("cat", "/proc/" + pid + "/status"))
        .containsPattern("(?m)^CapBnd:\\s0+$")
        .containsPattern("(?m)^NoNewPrivs:\\s1$")
        .containsPattern("(?m)^Seccomp:\\s2$");
    assertThat(machine.succeed("cat", "/proc/" + pid + "/environ"))
        .contains("STRIPE_WEBHOOK_SECRET_FILE=")
        .doesNotContain(ServeProcess.SECRET);
    assertThat(inItsNamespaces(pid, "touch /var/lib/stripebridge/x /tmp/x && rm /tmp/x"))
        .isEqualTo(new Machine.Ended(0, ""));
    assertThat(inItsNamespaces(pid, "touch /opt/x /etc/x /var/x").out().lines())
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).contains("Read-only file system"));
    assertThat(inItsNamespaces(pid, "ls /home /root").out()).contains("Permission denied");
  }

  /// As root, though: what is read-only for root is for all.
  private Machine.Ended inItsNamespaces(String pid, String command) throws Exception {
    return machine.run(
        "nsenter",
        "--target",
        pid,
        "--mount",
        "setpriv",
        "--reuid",
        "stripebridge",
        "--regid",
        "stripebridge",
        "--clear-groups",
        "sh",
        "-c",
        command);
  }

  @Test
  void takesANewSecretOnReload() throws Exception {
    URI webhooks = start();
    String pid = mainPid();
    Load load = new Load(1);
    secret("stripe-webhook-secret", "whsec_of_another_endpoint");
    machine.succeed("systemctl", "reload", UNIT);
    Eventually.await(
        "the secret is read again", START_MAX, () -> journal().contains("setting_reloaded"));
    try (Load.Running running = load.start(webhooks, 1)) {
      running.join();
    }

    assertThat(load.answers()).isEqualTo(Map.of(400, 1));
    assertThat(mainPid()).isEqualTo(pid);
  }

  @Test
  void isStartedAgain() throws Exception {
    Load load = new Load(2);
    URI webhooks = start();
    String pid = mainPid();
    try (Load.Running running = load.start(webhooks, 10)) {
      running.join();
    }
    machine.succeed("kill", "-KILL", pid);
    Eventually.await(
        "it is started again", START_MAX, () -> !List.of(pid, "0").contains(mainPid()));
    webhooks = awaitListening();
    try (Load.Running running = load.start(webhooks, 10)) {
      running.join();
    }

    assertThat(machine.property(UNIT, "NRestarts")).isEqualTo("1");
    Eventually.await(
        "nothing is missing",
        START_MAX,
        () -> new HashSet<>(arrivals.ids()).containsAll(load.stored()));
    assertThat(load.stored()).hasSize(40);
  }

  @Test
  void staysDownWithWrongSettings() throws Exception {
    settings("APP_WEBHOOK_PATH=no-path\n");
    machine.succeed("systemctl", "start", UNIT);
    Eventually.await(
        "it has failed", START_MAX, () -> machine.property(UNIT, "ActiveState").equals("failed"));

    assertThat(machine.property(UNIT, "ExecMainStatus")).isEqualTo("2");
    assertThat(machine.property(UNIT, "NRestarts")).isEqualTo("0");
    assertThat(journal()).contains("APP_WEBHOOK_PATH");
  }

  /// The files belong to root alone, as with encrypted ones.
  @Test
  void takesCredentials() throws Exception {
    machine.script(block("cd /opt/stripebridge/deploy/systemd\ninstall -D -m 0644 credentials"));
    machine.succeed("systemctl", "stop", UNIT);
    machine.script(
        "chown root:root /etc/stripebridge/secrets/* && chmod 600 /etc/stripebridge/s*/*");
    URI webhooks = start();
    Load load = new Load(1);
    try (Load.Running running = load.start(webhooks, 1)) {
      running.join();
    }

    assertThat(load.answers()).isEqualTo(Map.of(200, 1));
  }
}
