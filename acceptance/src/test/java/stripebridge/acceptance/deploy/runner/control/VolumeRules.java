package stripebridge.acceptance.deploy.runner.control;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What the kubelet does with the volume of a ConfigMap or Secret. The files are in a folder that
/// is named after the time. The link `..data` leads to that folder, and what the container opens
/// are links through `..data`. A change writes a new folder and turns `..data` by a rename: so each
/// file is the old one or the new one, and never half of it.
public final class VolumeRules {
  /// The link to the folder in use.
  public static final String DATA = "..data";

  private static final String NEXT_DATA = "..data_tmp";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuu_MM_dd_HH_mm_ss").withZone(ZoneOffset.UTC);

  private VolumeRules() {}

  /// What a volume has.
  ///
  /// @param folder that `..data` leads to; empty in a new volume
  /// @param files in that folder, by their paths
  public record Present(Optional<String> folder, Map<String, byte[]> files) {
    /// A volume that was never written.
    public static Present nothing() {
      return new Present(Optional.empty(), Map.of());
    }
  }

  /// The name of a folder.
  ///
  /// @param number tells those of the same second apart
  public static String folder(Instant now, int number) {
    return "..%s.%09d".formatted(STAMP.format(now), number);
  }

  /// How a volume gets other files; nothing if it has them already.
  ///
  /// @param wanted contents by path
  /// @param folder a name that is not in use
  public static List<FileStep> update(Present present, Map<String, byte[]> wanted, String folder) {
    if (present.folder().isPresent() && isSame(present.files(), wanted)) {
      return List.of();
    }
    List<FileStep> steps = new ArrayList<>();
    steps.add(new FileStep.MakeFolder(folder));
    wanted.keySet().forEach(path -> steps.add(new FileStep.Write(folder, path)));
    steps.add(new FileStep.Link(NEXT_DATA, folder));
    steps.add(new FileStep.Rename(NEXT_DATA, DATA));
    Set<String> before = visible(present.files());
    Set<String> after = visible(wanted);
    after.stream()
        .filter(name -> !before.contains(name))
        .forEach(name -> steps.add(new FileStep.Link(name, DATA + "/" + name)));
    before.stream()
        .filter(name -> !after.contains(name))
        .forEach(name -> steps.add(new FileStep.Unlink(name)));
    present.folder().ifPresent(old -> steps.add(new FileStep.RemoveFolder(old)));
    return steps;
  }

  private static boolean isSame(Map<String, byte[]> some, Map<String, byte[]> others) {
    return some.keySet().equals(others.keySet())
        && some.entrySet().stream()
            .allMatch(entry -> Arrays.equals(entry.getValue(), others.get(entry.getKey())));
  }

  /// The names that the container sees: of a file in folders, the outermost one.
  private static Set<String> visible(Map<String, byte[]> files) {
    Set<String> names = new TreeSet<>();
    files.keySet().forEach(path -> names.add(path.split("/", 2)[0]));
    return names;
  }

  /// When the kubelet looks at a pod's volumes again. It adds up to a half of the period, so that
  /// pods do not see a change all at once.
  ///
  /// @param chance from 0 to 1
  public static Instant nextLook(Instant now, Duration period, double chance) {
    return now.plusNanos(Math.round(period.toNanos() * (1 + chance / 2)));
  }
}
