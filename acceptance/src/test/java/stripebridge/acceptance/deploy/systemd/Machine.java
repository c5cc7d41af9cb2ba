package stripebridge.acceptance.deploy.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import stripebridge.acceptance.faults.Eventually;

/// A systemd of its own, as process 1 of its own namespaces: this machine's files below an overlay
/// that ends with it, its own users, cgroups and journal, and this machine's network. It knows only
/// the units that are written to its `/etc/systemd/system`, so that no other service starts.
///
/// `systemd-run` and `systemctl` of the machine itself would need a systemd as its process 1, which
/// no container has, and would leave their traces there. This needs root on Linux, and systemd
/// installed, but not running.
public final class Machine implements AutoCloseable {
  private static final Duration BOOT_MAX = Duration.ofMinutes(1);
  private static final Duration COMMAND_MAX = Duration.ofMinutes(2);
  private static final Path SYSTEMD = Path.of("/lib/systemd/systemd");

  /// What the targets of a machine are for is there already: the network, mounts, devices.
  private static final List<String> TARGETS =
      List.of("sysinit", "basic", "multi-user", "network-online", "sockets", "shutdown");

  /// Prepares the root directory in a mount namespace, and becomes process 1. Arguments: a folder,
  /// and the files for `/`.
  private static final String BOOT =
      """
      set -eu
      folder=$1 files=$2
      mount -t tmpfs tmpfs "$folder"
      mkdir "$folder/upper" "$folder/work" "$folder/root"
      root=$folder/root
      mount -t overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" overlay "$root"
      mount -t proc proc "$root/proc"
      mount --rbind /dev "$root/dev"
      mount -t sysfs -o ro sysfs "$root/sys"
      mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
      mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
      for each in run tmp var/log etc/systemd/system; do
        mount -t tmpfs -o mode=755 tmpfs "$root/$each"
      done
      chmod 1777 "$root/tmp"
      cp -a "$files/." "$root/"
      cd "$root"
      # Not a chroot: in one, the kernel grants no user namespace, and so no PrivateUsers=.
      pivot_root . mnt
      umount -l /mnt
      # As on a machine: credentials are mounted in one namespace and must appear in the others.
      mount --make-rshared /
      exec env -i container=test SYSTEMD_UNIT_PATH=/etc/systemd/system \\
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \\
        /lib/systemd/systemd --system --unit=multi-user.target --show-status=no --log-target=null
      """;

  /// Gives process 1 a cgroup of its own, ends it when standard input ends, and removes the cgroup:
  /// nothing stays, however this JVM ends. Arguments: as above, and [#BOOT].
  private static final String KEEP =
      """
      set -eu
      mount --make-rprivate /
      mount -t cgroup2 cgroup2 /mnt
      group=/mnt/stripebridge-$$
      mkdir "$group"
      sh -c 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"' sh "$group" \\
        unshare --cgroup --pid --mount --ipc --uts --fork --kill-child \\
        sh -c "$3" sh "$1" "$2" </dev/null &
      child=$!
      echo "$child"
      cat >/dev/null
      kill -9 "$child" 2>/dev/null || :
      wait "$child" || :
      # The last processes may take a moment.
      for _ in 1 2 3 4 5 6 7 8 9 10; do
        find "$group" -depth -type d -exec rmdir {} + 2>/dev/null && break
        sleep 0.2
      done
      """;

  private final Path folder;
  private final Process keeper;
  private final long systemd;

  /// The result of a command.
  ///
  /// @param out with standard error
  public record Ended(int exitCode, String out) {}

  private Machine(Path folder, Process keeper, long systemd) {
    this.folder = folder;
    this.keeper = keeper;
    this.systemd = systemd;
  }

  /// Why there can be none here; empty if there can.
  public static Optional<String> obstacle() {
    if (!Files.isExecutable(SYSTEMD)) {
      return Optional.of("systemd is not installed");
    }
    if (!System.getProperty("user.name").equals("root")) {
      return Optional.of("a systemd of its own needs root");
    }
    try {
      Process probe =
          new ProcessBuilder(
                  "unshare",
                  "--cgroup",
                  "--pid",
                  "--mount",
                  "--fork",
                  "sh",
                  "-c",
                  "mount -t cgroup2 cgroup2 /mnt && mkdir /mnt/$$ && rmdir /mnt/$$")
              .redirectErrorStream(true)
              .start();
      String said = new String(probe.getInputStream().readAllBytes(), UTF_8);
      return probe.waitFor() == 0
          ? Optional.empty()
          : Optional.of("namespaces or cgroups cannot be made here: " + said.strip());
    } catch (IOException e) {
      return Optional.of("there is no unshare: " + e.getMessage());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Boots. No service runs but the journal.
  ///
  /// @param folder for its own use
  /// @param files is copied to `/`
  public static Machine boot(Path folder, Path files) throws Exception {
    Path units = Files.createDirectories(files.resolve("etc/systemd/system"));
    for (String target : TARGETS) {
      Files.writeString(units.resolve(target + ".target"), "[Unit]\nDefaultDependencies=no\n");
    }
    for (String name : List.of("systemd-journald.service", "systemd-journald.socket")) {
      Files.copy(Path.of("/lib/systemd/system").resolve(name), units.resolve(name));
    }
    // Of this journal alone, without the kernel's messages.
    Files.writeString(
        files.resolve("etc/systemd/journald.conf"), "[Journal]\nStorage=volatile\nReadKMsg=no\n");
    Path mount = Files.createDirectories(folder.resolve("machine"));
    Process keeper =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "sh",
                "-c",
                KEEP,
                "sh",
                mount.toString(),
                files.toString(),
                BOOT)
            .redirectError(folder.resolve("machine.log").toFile())
            .start();
    long unshare = Long.parseLong(String.valueOf(keeper.inputReader(UTF_8).readLine()));
    try {
      Eventually.await(
          "systemd is process 1",
          BOOT_MAX,
          () -> {
            if (!keeper.isAlive() || ProcessHandle.of(unshare).isEmpty()) {
              throw new AssertionError(Files.readString(folder.resolve("machine.log")));
            }
            return systemd(unshare).isPresent();
          });
      Machine machine = new Machine(folder, keeper, systemd(unshare).orElseThrow());
      Eventually.await(
          "systemd answers",
          BOOT_MAX,
          () -> machine.run("systemctl", "is-active", "multi-user.target").exitCode() == 0);
      machine.succeed("systemctl", "start", "systemd-journald.service");
      return machine;
    } catch (Exception | AssertionError e) {
      keeper.getOutputStream().close();
      throw e;
    }
  }

  private static Optional<Long> systemd(long unshare) {
    return ProcessHandle.of(unshare).stream()
        .flatMap(ProcessHandle::children)
        .filter(child -> child.info().command().orElse("").endsWith("/systemd"))
        .map(ProcessHandle::pid)
        .findFirst();
  }

  /// Runs a command in it to its end, as root.
  public Ended run(String... command) throws Exception {
    return run("", Map.of(), command);
  }

  /// Same as above, and fails if the command does.
  public String succeed(String... command) throws Exception {
    Ended ended = run(command);
    if (ended.exitCode() != 0) {
      throw new AssertionError(
          String.join(" ", command) + "\nended with " + ended.exitCode() + ":\n" + ended.out());
    }
    return ended.out();
  }

  /// Runs the lines of a document as one script that ends at the first failure.
  public String script(String lines) throws Exception {
    return succeed("sh", "-eux", "-c", lines);
  }

  /// Runs a command with a text as standard input, and with variables.
  public Ended run(String in, Map<String, String> environment, String... command) throws Exception {
    Path input = Files.writeString(Files.createTempFile(folder, "command", ".in"), in);
    Path out = Files.createTempFile(folder, "command", ".out");
    List<String> words =
        new ArrayList<>(
            List.of("nsenter", "--target", Long.toString(systemd), "--all", "--root", "--wd"));
    words.addAll(List.of(command));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(input.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("SYSTEMD_COLORS", "0");
    builder.environment().put("SYSTEMD_PAGER", "");
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(COMMAND_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(String.join(" ", command) + " does not end");
    }
    return new Ended(process.exitValue(), Files.readString(out));
  }

  /// A property of a unit, as `systemctl show` prints it.
  public String property(String unit, String name) throws Exception {
    return succeed("systemctl", "show", "--property=" + name, "--value", unit).strip();
  }

  /// Ends all of its processes, and unmounts everything.
  @Override
  public void close() throws IOException {
    keeper.getOutputStream().close();
    keeper.onExit().join();
  }
}
