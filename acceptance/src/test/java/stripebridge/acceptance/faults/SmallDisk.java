package stripebridge.acceptance.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A file system of a few MiB, in memory, visible only to processes started through it. It needs no
/// privileges on systems where users may create namespaces.
final class SmallDisk implements AutoCloseable {
  private final Process holder;
  private final Path folder;

  private SmallDisk(Process holder, Path folder) {
    this.holder = holder;
    this.folder = folder;
  }

  /// Mounts the file system; empty if that is not permitted.
  static Optional<SmallDisk> mount(Path folder, int mebibytes) throws Exception {
    Files.createDirectories(folder);
    String script =
        "mount -t tmpfs -o size=%dm tmpfs '%s' && echo mounted && exec sleep infinity"
            .formatted(mebibytes, folder);
    try {
      Process holder = new ProcessBuilder("unshare", "-Urm", "sh", "-c", script).start();
      BufferedReader out =
          new BufferedReader(new InputStreamReader(holder.getInputStream(), UTF_8));
      if ("mounted".equals(out.readLine())) {
        return Optional.of(new SmallDisk(holder, folder));
      }
      holder.destroyForcibly();
      return Optional.empty();
    } catch (IOException _) {
      return Optional.empty(); // unshare is not installed.
    }
  }

  /// The command prefix that makes the file system visible.
  String[] wrapper() {
    return new String[] {
      "nsenter", "-t", Long.toString(holder.pid()), "-U", "-m", "--preserve-credentials"
    };
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /// Uses up the free space, as another program on the disk might.
  void fill() throws Exception {
    run("dd", "if=/dev/zero", "of=" + file("filler"), "bs=4096", "oflag=append", "conv=notrunc");
  }

  void unfill() throws Exception {
    assertThat(run("rm", file("filler").toString())).isZero();
  }

  private int run(String... command) throws Exception {
    List<String> line = new ArrayList<>(List.of(wrapper()));
    line.addAll(List.of(command));
    return new ProcessBuilder(line)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Override
  public void close() {
    holder.destroyForcibly().onExit().join();
  }
}
