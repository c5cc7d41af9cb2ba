package stripebridge.acceptance.deploy.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import stripebridge.acceptance.Project;
import stripebridge.acceptance.deploy.systemd.UnitRule.SystemdFiles;

/// Applies every rule to the files in `deploy/systemd`, shows that each one finds a violation, and
/// asks `systemd-analyze` where it is on the PATH. Whether the unit works is tested by the fault
/// suites.
class UnitTest {
  private static final String UNIT = "stripebridge.service";

  /// What is left above 0 is the network, the JVM's needs, and a root directory of its own. 10 is
  /// the worst; 2 is the last that systemd calls OK.
  private static final String EXPOSURE_MAX = "15"; // In tenths.

  @TempDir private Path folder;

  private static String text(String name) throws IOException {
    return Files.readString(UnitFile.FOLDER.resolve(name));
  }

  @ParameterizedTest
  @EnumSource
  void holds(UnitRule rule) throws IOException {
    SystemdFiles files = SystemdFiles.ofProject();
    assertThat(rule.violations(files)).isEmpty();
    UnitFile withDropIn = files.unit().with(UnitFile.ofProject("credentials.conf"));
    assertThat(rule.violations(files.withUnit(withDropIn))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "NO_SECRET_IS_IN_THE_ENVIRONMENT | Environment=ADMIN_PORT=9090"
            + " | Environment=REDIS_URL=redis://:secret@redis"
            + " | REDIS_URL is a secret: name a file, with REDIS_URL_FILE",
        "VARIABLES_ARE_SETTINGS | Environment=ADMIN_PORT | Environment=ADMIN_PROT"
            + " | ADMIN_PROT: stripebridge has no such setting",
        "NO_SETTING_IS_SET_TWICE | Environment=ADMIN_PORT=9090"
            + " | Environment=SOLACE_USERNAME_FILE=%E/stripebridge/secrets/solace-username"
            + " | SOLACE_USERNAME and SOLACE_USERNAME_FILE are both set",
        "REQUIRED_SETTINGS_ARE_SET | Environment=SOLACE_PASSWORD_FILE=%E | #"
            + " | SOLACE_PASSWORD is required, and neither it nor its _FILE is set",
        "THE_INBOX_LIES_IN_THE_STATE_DIRECTORY | INBOX_PATH=%S/stripebridge | INBOX_PATH=/tmp"
            + " | INBOX_PATH /tmp/inbox.db does not lie in /var/lib/stripebridge",
        "THE_INBOX_LIES_IN_THE_STATE_DIRECTORY | StateDirectory=stripebridge | StateDirectory=other"
            + " | INBOX_PATH /var/lib/stripebridge/inbox.db does not lie in /var/lib/other",
        "SECRET_FILES_EXIST | =%E/stripebridge/secrets/solace-password | =%d/solace-password"
            + " | SOLACE_PASSWORD_FILE names /run/credentials/stripebridge.service/solace-password,"
            + " which neither docs/systemd.md nor LoadCredential= puts there",
        "SECRET_FILES_EXIST | secrets/solace-password | secrets/solace-passwort"
            + " | SOLACE_PASSWORD_FILE names /etc/stripebridge/secrets/solace-passwort,"
            + " which neither docs/systemd.md nor LoadCredential= puts there",
        "THE_STOP_TIME_COVERS_THE_DRAIN_TIME | TimeoutStopSec=45 | TimeoutStopSec=30"
            + " | TimeoutStopSec=30: expected at least 40, the drain time and 10 s for the JVM",
        "THE_STOP_TIME_COVERS_THE_DRAIN_TIME | Environment=ADMIN_PORT=9090"
            + " | Environment=ASYNC_SHUTDOWN_TIMEOUT_SECONDS=60"
            + " | TimeoutStopSec=45: expected at least 70, the drain time and 10 s for the JVM",
        "ONLY_WRONG_SETTINGS_ARE_NOT_RETRIED | PreventExitStatus=2 | PreventExitStatus=2 4"
            + " | RestartPreventExitStatus=2 4: expected 2",
        "ONLY_WRONG_SETTINGS_ARE_NOT_RETRIED | Restart=always | Restart=on-failure"
            + " | Restart=: expected always",
        "ONLY_WRONG_SETTINGS_ARE_NOT_RETRIED | StartLimitIntervalSec=0 | StartLimitIntervalSec=10"
            + " | StartLimitIntervalSec=: expected 0, or systemd gives up",
        "CONNECTIONS_HAVE_DESCRIPTORS | LimitNOFILE=16384 | LimitNOFILE=1024"
            + " | LimitNOFILE=1024: expected at least 8192",
        "IT_IS_CONFINED | ProtectSystem=strict | ProtectSystem=full"
            + " | ProtectSystem: expected 'strict', not 'full'",
        "IT_IS_CONFINED | CapabilityBoundingSet= | #"
            + " | CapabilityBoundingSet: expected '', not 'not set'",
        "IT_IS_CONFINED | MemoryDenyWriteExecute=no | MemoryDenyWriteExecute=yes"
            + " | MemoryDenyWriteExecute: expected 'no', not 'yes'",
        "COMMANDS_ARE_OURS | ExecStart=/opt/stripebridge/bin/ | ExecStart=/usr/bin/"
            + " | ExecStart=/usr/bin/stripebridge serve --topology /etc/stripebridge/topology.yaml:"
            + " expected the launcher of /opt/stripebridge, and serve",
        "COMMANDS_ARE_OURS | kill -HUP | kill -USR1 | ExecReload=: expected SIGHUP",
        "COMMANDS_ARE_OURS | KillSignal=SIGTERM | KillSignal=SIGKILL"
            + " | KillSignal=: expected SIGTERM, on which serve drains",
        "COMMANDS_ARE_OURS | Type=exec | Type=notify"
            + " | Type=: expected exec; serve notifies nobody",
        "FILES_ARE_NAMED | man:stripebridge-serve(1) | man:stripebridged(8)"
            + " | Documentation=man:stripebridged(8): there is no docs/man/man1/stripebridged.8",
        "FILES_ARE_NAMED | stripebridge/docs/systemd.md | stripebridge/docs/systemd.html"
            + " | Documentation=file:///opt/stripebridge/docs/systemd.html:"
            + " there is no docs/systemd.html",
      })
  void finds(UnitRule rule, String piece, String other, String violation) throws IOException {
    String unit = text(UNIT);
    // Not in a comment: what is read, only.
    int at = unit.indexOf(piece, Math.max(0, unit.indexOf("\n" + piece)));
    assertThat(at).isNotNegative();
    String planted = unit.substring(0, at) + other + unit.substring(at + piece.length());
    assertThat(rule.violations(SystemdFiles.ofProject().withUnit(UnitFile.parse(planted))))
        .containsExactly(violation);
  }

  @Test
  void findsWhatTheSettingsDoWrong() throws IOException {
    SystemdFiles files = SystemdFiles.ofProject();
    String settings = files.settings();
    assertThat(
            UnitRule.NO_SECRET_IS_IN_THE_ENVIRONMENT.violations(
                files.withSettings(settings + "STRIPE_WEBHOOK_SECRET=whsec_x\n")))
        .containsExactly(
            "STRIPE_WEBHOOK_SECRET is a secret: name a file, with STRIPE_WEBHOOK_SECRET_FILE");
    assertThat(
            UnitRule.REQUIRED_SETTINGS_ARE_SET.violations(
                files.withSettings(settings.replace("SOLACE_HOST=", "#SOLACE_HOST="))))
        .containsExactly("SOLACE_HOST is required, and neither it nor its _FILE is set");
    assertThat(UnitRule.VARIABLES_ARE_SETTINGS.violations(files.withSettings("APP_PROT=1\n")))
        .containsExactly("APP_PROT: stripebridge has no such setting");
  }

  /// What is commented out must be right as well once it is not.
  @Test
  void offersOnlySettingsThatExist() throws IOException {
    SystemdFiles files = SystemdFiles.ofProject();
    SystemdFiles all = files.withSettings(files.settings().replaceAll("(?m)^#([A-Z_]+=)", "$1"));
    assertThat(all.variables()).hasSizeGreaterThan(files.variables().size());
    assertThat(UnitRule.VARIABLES_ARE_SETTINGS.violations(all)).isEmpty();
    assertThat(UnitRule.NO_SECRET_IS_IN_THE_ENVIRONMENT.violations(all)).isEmpty();
    assertThat(UnitRule.SECRET_FILES_EXIST.violations(all.withPage(all.page() + "redis-url")))
        .isEmpty();
  }

  @Test
  void findsWhatThePageLeavesOut() throws IOException {
    SystemdFiles files = SystemdFiles.ofProject();
    assertThat(
            UnitRule.EXIT_CODES_ARE_EXPLAINED.violations(
                files.withPage(files.page().replace("\n| 5 |", "\n| 6 |"))))
        .containsExactly("docs/systemd.md does not explain exit code 5");
    assertThat(
            UnitRule.FILES_ARE_NAMED.violations(
                files.withPage(files.page().replace("`sysusers.conf`", "it"))))
        .containsExactly("docs/systemd.md does not name sysusers.conf");
  }

  @Test
  void readsOnlyWhatItUnderstands() {
    assertThatThrownBy(() -> UnitFile.parse("[Service]\nExecStart=a \\\n  b\n"))
        .hasMessage("line 2: neither an option nor a comment");
    assertThat(UnitFile.parse("[Service]\nType=exec\nType=simple\n").value("Type"))
        .contains("simple");
  }

  @Test
  void isVerifiedBySystemd() throws Exception {
    assumeTrue(hasSystemdAnalyze(), "no systemd-analyze 250 or newer is on the PATH");

    assertThat(verified(text(UNIT))).isEqualTo(new Ended(0, ""));
    assertThat(verified(text(UNIT).replace("ProtectHome=", "ProtectHoem=")).out())
        .contains("Unknown key 'ProtectHoem' in section [Service], ignoring.");
    assertThat(verified(text(UNIT).replace("ExecReload=/bin/kill", "ExecReload=/bin/kil")).out())
        .contains("Command /bin/kil is not executable");
  }

  /// With the drop-in, and with the launcher of this project, since nothing is installed.
  private Ended verified(String unit) throws Exception {
    Path launcher = folder.resolve("bin/stripebridge");
    Files.createDirectories(launcher.getParent());
    Files.writeString(launcher, "#!/bin/sh\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    Path dropIn = folder.resolve(UNIT + ".d/credentials.conf");
    Files.createDirectories(dropIn.getParent());
    Files.writeString(dropIn, text("credentials.conf"));
    Path file =
        Files.writeString(
            folder.resolve(UNIT), unit.replace("/opt/stripebridge/bin", folder + "/bin"));
    // The manual is not installed either; the rules look for it.
    return run("systemd-analyze", "verify", "--man=no", file.toString());
  }

  @Test
  void isConfinedAsSystemdMeasuresIt() throws Exception {
    assumeTrue(hasSystemdAnalyze(), "no systemd-analyze 250 or newer is on the PATH");

    assertThat(exposure(text(UNIT)).exitCode()).isZero();
    String open = text(UNIT).replace("ProtectSystem=strict", "").replace("NoNewPrivileges=yes", "");
    assertThat(open).doesNotContain("ProtectSystem=", "NoNewPrivileges=");
    assertThat(exposure(open).exitCode()).isNotZero();
  }

  private Ended exposure(String unit) throws Exception {
    Path file = Files.writeString(folder.resolve(UNIT), unit);
    return run(
        "systemd-analyze",
        "security",
        "--offline=yes",
        "--no-pager",
        "--threshold=" + EXPOSURE_MAX,
        file.toString());
  }

  @Test
  void createsTheUser() throws Exception {
    assumeTrue(run("systemd-sysusers", "--version").exitCode() == 0, "no systemd-sysusers");

    Path root = Files.createDirectories(folder.resolve("root"));
    Files.createDirectories(root.resolve("etc"));
    Ended ended =
        run(
            "systemd-sysusers",
            "--root=" + root,
            UnitFile.FOLDER.resolve("sysusers.conf").toString());
    assertThat(ended.exitCode()).as(ended.out()).isZero();
    assertThat(root.resolve("etc/passwd"))
        .content()
        .containsPattern("(?m)^stripebridge:.*:/var/lib/stripebridge:/usr/sbin/nologin$");
  }

  /// Older ones know neither `--offline` nor `%d`.
  private boolean hasSystemdAnalyze() throws Exception {
    Ended version = run("systemd-analyze", "--version");
    return version.exitCode() == 0
        && Integer.parseInt(version.out().replaceFirst("(?s)systemd (\\d+).*", "$1")) >= 250;
  }

  private record Ended(int exitCode, String out) {}

  private Ended run(String... command) throws Exception {
    Path out = folder.resolve("out");
    List<String> words = new ArrayList<>(List.of(command));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(Project.root().toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    try {
      Process process = builder.start();
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(words + " does not end");
      }
      return new Ended(process.exitValue(), Files.readString(out));
    } catch (IOException e) {
      return new Ended(-1, String.valueOf(e.getMessage()));
    }
  }
}
