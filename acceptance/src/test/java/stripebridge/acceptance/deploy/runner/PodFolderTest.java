package stripebridge.acceptance.deploy.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.deploy.runner.control.PodLife;

class PodFolderTest {
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
    assertThat(Files.readSymbolicLink(place.resolve("..data"))).isNotEqualTo(before);
    assertThat(place.resolve("a")).hasContent("3");
    assertThat(place.resolve("c")).hasContent("4");
    assertThat(place.resolve("b")).doesNotExist();
    assertThat(place.resolve(before).resolve("a"))
        .as("for a process that reads it")
        .hasContent("1");
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
