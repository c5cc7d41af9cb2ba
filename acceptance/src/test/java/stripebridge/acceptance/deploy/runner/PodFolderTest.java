package stripebridge.acceptance.deploy.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.deploy.runner.control.PodLife;

class PodFolderTest {
  /// More than one read takes.
  private static final int LENGTH = 100_000;

  @TempDir Path folder;

  @Test
  void laysFilesAsTheKubeletDoesAndTurnsThemAllAtOnce() throws Exception {
    PodFolder pod = pod(files(Map.of("a", "1", "b", "2")));
    Path place = Path.of(pod.onHost("/run/key"));
    assertThat(Files.readSymbolicLink(place.resolve("a"))).isEqualTo(Path.of("..data/a"));
    assertThat(place.resolve("a")).hasContent("1");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place.resolve("a"))))
        .isEqualTo("r--r-----");
    Path before = Files.readSymbolicLink(place.resolve("..data"));

    pod.refresh(List.of(files(Map.of("a", "1", "b", "2"))));
    assertThat(Files.readSymbolicLink(place.resolve("..data"))).isEqualTo(before);

    pod.refresh(List.of(files(Map.of("a", "3", "c", "4"))));
    Path after = Files.readSymbolicLink(place.resolve("..data"));
    assertThat(after).isNotEqualTo(before);
    assertThat(after.toString()).matches("\\.\\.\\d{4}(_\\d\\d){5}\\.\\d{9}");
    assertThat(place.resolve("a")).hasContent("3");
    assertThat(place.resolve("c")).hasContent("4");
    assertThat(place.resolve("b")).doesNotExist();
    assertThat(place.resolve(before)).as("the files before").doesNotExist();
  }

  @Test
  void showsAReaderTheOldFileOrTheNewOne() throws Exception {
    PodFolder pod = pod(files(Map.of("a", "0".repeat(LENGTH))));
    Path file = Path.of(pod.onHost("/run/key/a"));
    AtomicBoolean isRead = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Set<String>> reader =
          threads.submit(() -> {
            Set<String> seen = new HashSet<>();
            while (!isRead.get()) {
              try {
                String read = Files.readString(file);
                seen.add(
                    read.substring(0, 1) + " " + read.equals(read.substring(0, 1).repeat(LENGTH)));
              } catch (NoSuchFileException _) {
                // Its folder was removed between two steps of the look-up.
              }
            }
            return seen;
          });
      for (int i = 1; i <= 300; i++) {
        pod.refresh(List.of(files(Map.of("a", Integer.toString(i % 10).repeat(LENGTH)))));
      }
      isRead.set(true);
      assertThat(reader.get()).isNotEmpty().allMatch(seen -> seen.endsWith(" true"));
    }
  }

  @Test
  void laysFilesInFolders() throws Exception {
    PodFolder pod = pod(files(Map.of("tls/crt", "1", "tls/key", "2")));
    assertThat(Path.of(pod.onHost("/run/key/tls/crt"))).hasContent("1");
    pod.refresh(List.of(files(Map.of("tls/crt", "3"))));
    assertThat(Path.of(pod.onHost("/run/key/tls/crt"))).hasContent("3");
    assertThat(Path.of(pod.onHost("/run/key/tls/key"))).doesNotExist();
  }

  @Test
  void leavesAFileBySubPathAsItWas() throws Exception {
    Mount one = one("1");
    PodFolder pod = pod(one, files(Map.of("a", "1")));
    Path file = Path.of(pod.onHost("/etc/one"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("r--r-----");
    pod.refresh(List.of(one("2"), files(Map.of("a", "2"))));
    assertThat(file).hasContent("1");
    assertThat(Path.of(pod.onHost("/run/key/a"))).hasContent("2");
  }

  /// As Docker mounts a file of the host: it follows the file, and not its name.
  @Test
  void showsWhatIsWrittenIntoAFileOfTheHost() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "1");
    PodFolder pod = pod(new Mount("/run/secrets/password", true, new Mount.HostFile(file)));
    Path mounted = Path.of(pod.onHost("/run/secrets/password"));

    Files.writeString(file, "2");
    assertThat(mounted).hasContent("2");

    Files.move(
        Files.writeString(folder.resolve("next"), "3"), file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(mounted).hasContent("2");
  }

  @Test
  void keepsAClaimAndNothingElse() throws Exception {
    Mount claim = new Mount("/data", false, new Mount.Claim("inbox-0"));
    Mount empty = new Mount("/tmp", false, new Mount.Empty());
    PodFolder first = pod(claim, empty);
    Files.writeString(Path.of(first.onHost("/data/inbox.db")), "entry");
    Files.writeString(Path.of(first.onHost("/tmp/x")), "x");

    PodFolder second =
        new PodFolder(folder.resolve("second"), folder.resolve("claims"), plan(claim, empty));
    assertThat(Path.of(second.onHost("/data/inbox.db"))).hasContent("entry");
    assertThat(Path.of(second.onHost("/tmp/x"))).doesNotExist();
  }

  @Test
  void knowsWhichPathsAreMounted() throws Exception {
    PodFolder pod = pod(new Mount("/tmp", false, new Mount.Empty()));
    assertThat(pod.isMounted("/tmp")).isTrue();
    assertThat(pod.isMounted("/tmp/a")).isTrue();
    assertThat(pod.isMounted("/tmpfiles")).isFalse();
  }

  private static Mount one(String content) {
    Mount.Projected volume = new Mount.Projected(Map.of("a", content.getBytes(UTF_8)), 0440);
    return new Mount("/etc/one", true, new Mount.SubPath(volume, "a"));
  }

  private static Mount files(Map<String, String> texts) {
    Map<String, byte[]> files = new TreeMap<>();
    texts.forEach((name, text) -> files.put(name, text.getBytes(UTF_8)));
    return new Mount("/run/key", true, new Mount.Projected(files, 0440));
  }

  private PodFolder pod(Mount... mounts) throws Exception {
    return new PodFolder(folder.resolve("first"), folder.resolve("claims"), plan(mounts));
  }

  private static PodPlan plan(Mount... mounts) {
    return new PodPlan(
        "pod",
        Map.of(),
        "image",
        List.of("true"),
        Map.of(),
        "/",
        List.of(mounts),
        Map.of(),
        Map.of(),
        Optional.empty(),
        Duration.ZERO,
        PodLife.RestartPolicy.NEVER,
        Duration.ZERO);
  }
}
