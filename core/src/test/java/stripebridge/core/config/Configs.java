package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import stripebridge.core.config.Sources.SettingFiles;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.ProblemsException;

/// Reads test configurations, and checks that a settings record maps every setting.
final class Configs {
  static final SettingFiles NO_FILES = path -> new SettingFiles.Content.Unreadable("no such file");

  private Configs() {}

  static Sources environment(Map<String, String> environment) {
    return new Sources(Map.of(), environment, DotEnv.EMPTY, NO_FILES);
  }

  static Sources dotEnv(String text) {
    return new Sources(Map.of(), Map.of(), DotEnv.parse(text), NO_FILES);
  }

  static BridgeConfig read(Map<String, String> environment, SettingGroup... groups) {
    return new ConfigReader(environment(environment)).read(Set.of(groups));
  }

  /// Every problem as one line.
  static List<String> problems(Sources sources, SettingGroup... groups) {
    ConfigReader reader = new ConfigReader(sources);
    ProblemsException failure =
        catchThrowableOfType(ProblemsException.class, () -> reader.read(Set.of(groups)));
    return failure == null ? List.of() : lines(failure.problems());
  }

  static List<String> problems(Map<String, String> environment, SettingGroup... groups) {
    return problems(environment(environment), groups);
  }

  static List<String> lines(List<Problem> problems) {
    return problems.stream().map(Problem::toString).toList();
  }

  /// Fails unless `settings` has every setting of the group except `elsewhere` (which another test
  /// covers), reading them gives `expected`, and leaving out any one of them gives something else.
  /// The values are legal and none is the default.
  static <R> void assertMapsEverySetting(
      SettingGroup group,
      Map<String, String> settings,
      Set<String> elsewhere,
      Function<BridgeConfig, R> record,
      R expected) {
    Set<String> untested = new HashSet<>();
    Settings.of(group).forEach(setting -> untested.add(setting.name()));
    untested.removeAll(settings.keySet());
    assertThat(untested).as("untested settings").isEqualTo(elsewhere);
    assertThat(record.apply(read(settings, group))).isEqualTo(expected);
    for (String name : settings.keySet()) {
      Map<String, String> without = new HashMap<>(settings);
      without.remove(name);
      assertThat(readIfLegal(without, group).map(record))
          .as("without %s", name)
          .isNotEqualTo(Optional.of(expected));
    }
  }

  private static Optional<BridgeConfig> readIfLegal(
      Map<String, String> environment, SettingGroup group) {
    return problems(environment, group).isEmpty()
        ? Optional.of(read(environment, group))
        : Optional.empty();
  }

  /// Everything that a configuration can print.
  static List<String> everythingShown(Sources sources) {
    ConfigReader reader = new ConfigReader(sources);
    List<String> shown = new ArrayList<>(lines(reader.problems()));
    shown.add(sources + " " + sources.dotEnv());
    shown.add(reader.effective().toString());
    for (SettingGroup group : SettingGroup.values()) {
      try {
        BridgeConfig config = reader.read(EnumSet.of(group));
        shown.add(config.warnings() + " " + record(config, group));
      } catch (ProblemsException e) {
        shown.add(e + " " + e.subject() + " " + e.problems());
      }
    }
    return shown;
  }

  static Object record(BridgeConfig config, SettingGroup group) {
    return switch (group) {
      case WEBHOOK -> config.webhook();
      case STRIPE_API -> config.stripeApi();
      case MESSAGE -> config.message();
      case SOLACE -> config.solace();
      case SEMP -> config.semp();
      case HTTP -> config.http();
      case LOG -> config.log();
      case INBOX -> config.inbox();
      case RELAY -> config.relay();
      case SECRETS -> config.secrets();
      case VALIDATE -> config.validate();
      case SANDBOX -> config.sandbox();
    };
  }
}
