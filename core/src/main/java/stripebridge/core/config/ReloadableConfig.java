package stripebridge.core.config;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import stripebridge.core.config.Sources.SettingFiles;
import stripebridge.core.config.Sources.SettingFiles.Content;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.Problems;
import stripebridge.core.problem.ProblemsException;
import stripebridge.core.reload.WatchedContent;

/// A configuration whose `NAME_FILE` files are read again while the process runs. Options, the
/// environment and `.env` stay as they were at the start. Not thread-safe.
public final class ReloadableConfig {
  private final Sources sources;
  private final Set<SettingGroup> groups;
  private final Supplier<LocalDate> today;
  private final Map<String, WatchedContent<Content>> files = new TreeMap<>();
  private BridgeConfig current;

  /// Reads everything for the first time.
  ///
  /// @param today in UTC
  /// @throws ProblemsException as [ConfigReader#read], and for a date in the future
  public ReloadableConfig(Sources sources, Set<SettingGroup> groups, Supplier<LocalDate> today) {
    this.sources = sources;
    this.groups = Set.copyOf(groups);
    this.today = today;
    this.current =
        read(path -> {
          Content content = sources.files().read(path);
          files.putIfAbsent(path, new WatchedContent<>(content));
          return content;
        });
  }

  /// Whether the content of one file is used, or of several that changed together.
  public sealed interface Outcome {
    /// The files are in effect.
    ///
    /// @param settings whose value differs now, in the order of [Settings#all]; may be empty
    record Taken(List<String> paths, List<Setting<?>> settings) implements Outcome {}

    /// What the file had before stays in effect.
    ///
    /// @param settings that the file belongs to
    /// @param problems of the file's content
    record Kept(String path, List<Setting<?>> settings, List<Problem> problems)
        implements Outcome {}
  }

  /// The configuration in effect.
  public BridgeConfig current() {
    return current;
  }

  /// The settings that come from a file, in the order of [Settings#all].
  public List<Setting<?>> settingsFromFiles() {
    return Settings.all().stream()
        .<Setting<?>>map(setting -> setting)
        .filter(
            setting -> files.keySet().stream().anyMatch(path -> settingsOf(path).contains(setting)))
        .toList();
  }

  /// The settings whose file has a content that could not be used.
  public Set<Setting<?>> rejectedSettings() {
    return files.entrySet().stream()
        .filter(entry -> entry.getValue().isRejected())
        .flatMap(entry -> settingsOf(entry.getKey()).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /// The value of a setting as text, secrets masked; empty when it is not set.
  public String shown(Setting<?> setting) {
    return current.shown(setting);
  }

  /// Judges rejected contents again with the next readings. They may be legal now: a date has come,
  /// or another file has changed.
  public void judgeAnew() {
    files.values().forEach(WatchedContent::judgeAnew);
  }

  /// Reads all files once more. Content counts when it was the same in the reading before.
  ///
  /// @return what has changed since; empty most of the time
  public List<Outcome> readAgain() {
    Map<String, Content> settled = new LinkedHashMap<>();
    files.forEach((path, file) ->
        file.read(sources.files().read(path)).ifPresent(content -> settled.put(path, content)));
    if (settled.isEmpty()) {
      return List.of();
    }
    List<Outcome> outcomes = new ArrayList<>();
    try {
      // Together first: one may be legal only with the other.
      outcomes.add(take(settled));
    } catch (ProblemsException e) {
      settled.forEach((path, content) -> outcomes.add(decide(path, content)));
    }
    return List.copyOf(outcomes);
  }

  private Outcome decide(String path, Content content) {
    try {
      return take(Map.of(path, content));
    } catch (ProblemsException e) {
      file(path).reject(content);
      return new Outcome.Kept(path, settingsOf(path), e.problems());
    }
  }

  private Outcome.Taken take(Map<String, Content> settled) {
    BridgeConfig next =
        read(path -> {
          Content content = settled.get(path);
          return content == null ? file(path).inEffect() : content;
        });
    settled.forEach((path, content) -> file(path).accept(content));
    // Another file may have waited for this one.
    files.values().stream().filter(WatchedContent::isRejected).forEach(WatchedContent::judgeAnew);
    List<Setting<?>> changed = current.differences(next);
    current = next;
    return new Outcome.Taken(List.copyOf(settled.keySet()), changed);
  }

  private WatchedContent<Content> file(String path) {
    WatchedContent<Content> file = files.get(path);
    if (file == null) {
      throw new IllegalStateException("not one of the files: " + path);
    }
    return file;
  }

  private BridgeConfig read(SettingFiles content) {
    BridgeConfig read =
        new ConfigReader(
                new Sources(sources.flags(), sources.environment(), sources.dotEnv(), content))
            .read(groups);
    List<Problem> problems = read.problemsOn(today.get());
    if (!problems.isEmpty()) {
      throw new ProblemsException("the configuration", problems);
    }
    return read;
  }

  /// The settings whose file has this path.
  private List<Setting<?>> settingsOf(String path) {
    Problems unused = new Problems();
    Map<Setting<?>, Resolver.ResolvedText> marked =
        new Resolver(
                new Sources(
                    sources.flags(),
                    sources.environment(),
                    sources.dotEnv(),
                    read ->
                        read.equals(path)
                            ? new Content.Unreadable("this one")
                            : file(read).inEffect()),
                unused)
            .resolve();
    return marked.entrySet().stream()
        .filter(entry -> entry.getValue().text() == null)
        .<Setting<?>>map(Map.Entry::getKey)
        .toList();
  }
}
