package stripebridge.acceptance.deploy.runner.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Changes a volume again and again, does the steps in a model of a folder, and looks after each
/// step at what a container could read.
class VolumeRulesTest {
  private static final int UPDATES = 40;
  private static final List<String> PATHS = List.of("a", "b", "c", "deep/d", "deep/e", "other/f");

  /// Folders, files and links by path.
  private static final class Model {
    private final Set<String> folders = new TreeSet<>();
    private final Map<String, String> files = new TreeMap<>();
    private final Map<String, String> links = new TreeMap<>();

    void take(FileStep step, Map<String, String> wanted) {
      switch (step) {
        case FileStep.MakeFolder(String name) ->
            assertThat(folders.add(name)).as("%s is new", name).isTrue();
        case FileStep.Write(String folder, String path) -> {
          assertThat(folders).contains(folder);
          assertThat(wanted).containsKey(path);
          assertThat(files.put(folder + "/" + path, wanted.getOrDefault(path, "")))
              .as("%s is new", path)
              .isNull();
        }
        case FileStep.Link(String name, String target) ->
            assertThat(links.put(name, target)).as("%s is new", name).isNull();
        case FileStep.Rename(String from, String to) -> {
          assertThat(links).containsKey(from);
          links.put(to, links.remove(from));
        }
        case FileStep.Unlink(String name) ->
            assertThat(links.remove(name)).as("%s is there", name).isNotNull();
        case FileStep.RemoveFolder(String name) -> {
          assertThat(folders.remove(name)).as("%s is there", name).isTrue();
          files.keySet().removeIf(path -> path.startsWith(name + "/"));
        }
      }
    }

    /// What the container reads, as a process does that opens the path.
    Optional<String> read(String path) {
      String resolved = path;
      for (int i = 0; i < 3; i++) {
        String[] parts = resolved.split("/", 2);
        String target = links.get(parts[0]);
        if (target != null) {
          resolved = parts.length > 1 ? target + "/" + parts[1] : target;
        }
      }
      return Optional.ofNullable(files.get(resolved));
    }

    /// All files below a folder.
    Map<String, String> below(String folder) {
      Map<String, String> found = new TreeMap<>();
      files.forEach((path, content) -> {
        if (path.startsWith(folder + "/")) {
          found.put(path.substring(folder.length() + 1), content);
        }
      });
      return found;
    }
  }

  private static Map<String, String> some(SplittableRandom random, int update) {
    Map<String, String> files = new TreeMap<>();
    for (String path : PATHS) {
      if (random.nextInt(4) > 0) {
        // Some files stay as they are for a while.
        files.put(path, path + " of " + update / (1 + random.nextInt(3)));
      }
    }
    return files;
  }

  private static Map<String, byte[]> bytes(Map<String, String> texts) {
    Map<String, byte[]> bytes = new TreeMap<>();
    texts.forEach((path, text) -> bytes.put(path, text.getBytes(UTF_8)));
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void showsTheOldOrTheNewAndNeverAMix(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Model model = new Model();
    Map<String, String> before = Map.of();
    Optional<String> folder = Optional.empty();
    for (int update = 0; update < UPDATES; update++) {
      Map<String, String> after = some(random, update);
      String next = VolumeRules.folder(Instant.EPOCH.plusSeconds(update / 3), update);
      List<FileStep> steps =
          VolumeRules.update(new VolumeRules.Present(folder, bytes(before)), bytes(after), next);
      boolean isTurned = false;
      for (FileStep step : steps) {
        model.take(step, after);
        isTurned |= step instanceof FileStep.Rename;
        Map<String, String> inUse = isTurned ? after : before;
        String data = model.links.get(VolumeRules.DATA);
        assertThat(data == null ? Map.of() : model.below(data)).as("%s", step).isEqualTo(inUse);
        for (String path : PATHS) {
          if (before.containsKey(path) && after.containsKey(path)) {
            assertThat(model.read(path)).as("%s after %s", path, step).hasValue(inUse.get(path));
          } else {
            Optional<String> read = model.read(path);
            assertThat(read.isEmpty() || read.get().equals(inUse.get(path)))
                .as("%s after %s is %s", path, step, read)
                .isTrue();
          }
        }
      }
      folder = steps.isEmpty() ? folder : Optional.of(next);
      before = after;
      assertIsTidy(model, folder.orElseThrow(), after);
    }
  }

  /// Nothing is left of what was before.
  private static void assertIsTidy(Model model, String folder, Map<String, String> files) {
    assertThat(model.folders).containsExactly(folder);
    assertThat(model.below(folder)).isEqualTo(files);
    Set<String> names = new HashSet<>(Set.of(VolumeRules.DATA));
    files.keySet().forEach(path -> names.add(path.split("/", 2)[0]));
    assertThat(model.links.keySet()).isEqualTo(names);
  }

  @Test
  void doesNothingWhenNothingHasChanged() {
    Map<String, byte[]> files = bytes(Map.of("a", "1"));
    assertThat(VolumeRules.update(new VolumeRules.Present(Optional.of("..1"), files), files, "..2"))
        .isEmpty();
    assertThat(VolumeRules.update(VolumeRules.Present.nothing(), Map.of(), "..1"))
        .as("a volume without files has its link too")
        .isNotEmpty();
  }

  @Test
  void namesFoldersAfterTheTime() {
    assertThat(VolumeRules.folder(Instant.parse("2026-02-01T15:04:05.678Z"), 12))
        .isEqualTo("..2026_02_01_15_04_05.000000012");
  }

  @Test
  void looksAgainAfterAPeriodAndUpToAHalf() {
    List<Instant> looks = new ArrayList<>();
    for (double chance : new double[] {0, 0.5, 1}) {
      looks.add(VolumeRules.nextLook(Instant.EPOCH, Duration.ofSeconds(60), chance));
    }
    assertThat(looks)
        .containsExactly(
            Instant.EPOCH.plusSeconds(60),
            Instant.EPOCH.plusSeconds(75),
            Instant.EPOCH.plusSeconds(90));
  }
}
