package stripebridge.core.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.EffectiveSetting.Origin;
import stripebridge.core.config.EffectiveSetting.Origin.Level;
import stripebridge.core.config.Sources.SettingFiles;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.Problems;
import stripebridge.core.problem.Suggestion;

/// Finds the effective text of each setting: the strongest source that has one wins. Within one
/// source `NAME` and `NAME_FILE` exclude each other.
final class Resolver {
  // Enough for a hundred secrets. Anything longer is the wrong file.
  private static final int CHARS_MAX = 65_536;

  private final Sources sources;
  private final Problems problems;
  private final Map<String, DotEnv.Entry> dotEnv = new HashMap<>();
  private final Map<Setting<?>, String> flags = new HashMap<>();

  /// @param problems collects the problems of the sources
  Resolver(Sources sources, Problems problems) {
    this.sources = sources;
    this.problems = problems;
    sources.dotEnv().entries().forEach(entry -> dotEnv.put(entry.key(), entry));
    sources.flags().keySet().forEach(o -> flags.put(Settings.byOption(o).orElseThrow(), o));
  }

  /// The settings that some source sets, even when the text cannot be read.
  Map<Setting<?>, ResolvedText> resolve() {
    problems.addAll(sources.dotEnv().problems());
    sources.dotEnv().entries().forEach(this::refuseIfUnknown);
    Map<Setting<?>, ResolvedText> found = new LinkedHashMap<>();
    for (Setting<?> setting : Settings.all()) {
      refuseBoth(setting, Level.ENVIRONMENT);
      refuseBoth(setting, Level.DOT_ENV);
      flag(setting)
          .or(() -> variables(setting, Level.ENVIRONMENT))
          .or(() -> variables(setting, Level.DOT_ENV))
          .or(() -> defaultText(setting))
          .ifPresent(one -> found.put(setting, one));
    }
    return found;
  }

  /// Other programs may keep keys in the same file. But a key with one of our prefixes is a
  /// mistake, and so is a key whose prefix and name are nearly ours.
  private void refuseIfUnknown(DotEnv.Entry entry) {
    String key = entry.key();
    if (Settings.variables().contains(key)) {
      return;
    }
    Set<String> ours = new HashSet<>();
    Settings.all().forEach(setting -> ours.add(prefix(setting.name())));
    boolean isMistyped =
        Suggestion.nearest(prefix(key), ours).isPresent()
            && Suggestion.nearest(key, Settings.variables()).isPresent();
    if (ours.contains(prefix(key)) || isMistyped) {
      problems.add(
          DotEnv.place(entry.line()),
          "unknown key " + DisplayText.quoted(key) + Suggestion.phrase(key, Settings.variables()));
    }
  }

  private static String prefix(String name) {
    int end = name.indexOf('_');
    return end < 0 ? "" : name.substring(0, end).toUpperCase(Locale.ROOT);
  }

  private Optional<ResolvedText> flag(Setting<?> setting) {
    String option = flags.get(setting);
    if (option == null) {
      return Optional.empty();
    }
    Origin origin = new Origin(Level.FLAG, "flag " + option);
    String argument = sources.flags().getOrDefault(option, "");
    ResolvedText given = new ResolvedText(new Secret(argument), origin, option, "");
    if (argument.isBlank()) {
      // Most often an unset shell variable. Falling back to another source could hit another
      // broker.
      return Optional.of(unusable(given, "has an empty argument"));
    }
    return Optional.of(
        setting.isSecret() ? inFile(setting, argument, given) : checked(setting, given));
  }

  /// A contradiction within one source is refused even when a stronger source wins.
  private void refuseBoth(Setting<?> setting, Level level) {
    ResolvedText path = variable(setting.fileVariable(), level);
    if (path != null && variable(setting.name(), level) != null) {
      problems.addAll(
          List.of(path.problem("is set together with " + setting.name() + "; keep one of them")));
    }
  }

  private Optional<ResolvedText> variables(Setting<?> setting, Level level) {
    ResolvedText path = variable(setting.fileVariable(), level);
    if (path != null) {
      Secret text = path.text();
      return Optional.of(text == null ? path : inFile(setting, text.reveal().strip(), path));
    }
    return Optional.ofNullable(variable(setting.name(), level))
        .map(value -> checked(setting, value));
  }

  /// A variable with a value. A blank one counts as not set: container tools pass on an unset
  /// variable as an empty one.
  private @Nullable ResolvedText variable(String name, Level level) {
    if (level == Level.ENVIRONMENT) {
      String value = sources.environment().getOrDefault(name, "");
      Origin origin = new Origin(level, "environment");
      return value.isBlank() ? null : new ResolvedText(new Secret(value), origin, name, "");
    }
    DotEnv.Entry entry = dotEnv.get(name);
    if (entry == null || (entry.value() != null && entry.value().reveal().isBlank())) {
      return null;
    }
    String place = DotEnv.place(entry.line());
    return new ResolvedText(entry.value(), new Origin(level, place), place, name + " ");
  }

  /// Reads the value from the file that a variable or option names.
  private ResolvedText inFile(Setting<?> setting, String path, ResolvedText named) {
    Origin origin = new Origin(named.origin().level(), "file " + DisplayText.listed(path));
    String lead = named.lead() + "names " + DisplayText.quoted(path) + ", whose content ";
    switch (sources.files().read(path)) {
      case SettingFiles.Content.Text(Secret text) -> {
        ResolvedText found =
            new ResolvedText(
                new Secret(withoutNewline(text.reveal())), origin, named.where(), lead);
        return text.reveal().isBlank() ? unusable(found, "is empty") : checked(setting, found);
      }
      case SettingFiles.Content.Unreadable(String reason) -> {
        problems.add(
            named.where(),
            named.lead() + "cannot be read from " + DisplayText.quoted(path) + ": " + reason);
        return new ResolvedText(null, origin, named.where(), lead);
      }
    }
  }

  private static String withoutNewline(String text) {
    if (!text.endsWith("\n")) {
      return text;
    }
    int end = text.length() - 1;
    return text.substring(0, end > 0 && text.charAt(end - 1) == '\r' ? end - 1 : end);
  }

  private ResolvedText checked(Setting<?> setting, ResolvedText found) {
    Secret text = found.text();
    if (text == null) {
      return found;
    }
    String revealed = text.reveal();
    if (revealed.length() > CHARS_MAX) {
      return unusable(found, "is longer than " + CHARS_MAX + " characters");
    }
    // Surrounding spaces are part of the value only when it is a secret.
    Secret value = setting.isSecret() ? text : new Secret(revealed.strip());
    return new ResolvedText(value, found.origin(), found.where(), found.lead());
  }

  private ResolvedText unusable(ResolvedText found, String reason) {
    problems.addAll(List.of(found.problem(reason)));
    return new ResolvedText(null, found.origin(), found.where(), found.lead());
  }

  private static Optional<ResolvedText> defaultText(Setting<?> setting) {
    Origin origin = new Origin(Level.DEFAULT, "default");
    return setting.defaultText().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ResolvedText(new Secret(setting.defaultText()), origin, setting.name(), ""));
  }

  /// The effective text of a setting.
  ///
  /// @param text null when it cannot be read, which is already reported
  /// @param where the place to report in a problem
  /// @param lead the beginning of a sentence about the value, after the place
  record ResolvedText(@Nullable Secret text, Origin origin, String where, String lead) {

    /// A problem with the value.
    ///
    /// @param reason continues a sentence that begins with the setting's name: `must be …`
    Problem problem(String reason) {
      return new Problem(where, lead + reason);
    }
  }
}
