package stripebridge.core.config;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.Problems;

/// Reads settings strictly: flag before environment before `.env` before default.
///
/// These are problems, even in settings that the command does not use: an unknown key in `.env`
/// with one of our prefixes, `NAME` and `NAME_FILE` in one source, an unreadable file, an illegal
/// value in effect. All are reported at once. Unknown environment variables belong to other
/// programs and are ignored. The constructor reads each source once. Not thread-safe.
public final class ConfigReader {
  private static final String SUBJECT = "the configuration";

  private final Problems found = new Problems();
  private final Values values;

  public ConfigReader(Sources sources) {
    values = new Values(new Resolver(sources, found).resolve(), found);
  }

  /// Reads the settings of some groups.
  ///
  /// @throws ProblemsException with every problem of the sources, and every unset setting that
  ///   these groups require
  public BridgeConfig read(Set<SettingGroup> groups) {
    Problems problems = new Problems();
    Checks checks = checked(groups, problems);
    problems.throwIfAny(SUBJECT);
    return new BridgeConfig(values, Set.copyOf(groups), checks.warnings());
  }

  /// Every setting with its effective value, legal or not, in the order of [Settings#all].
  public List<EffectiveSetting> effective() {
    return values.effective();
  }

  /// Whether a setting is set, legal or not.
  public boolean isSet(Setting<?> setting) {
    return values.isSet(setting);
  }

  /// The secret in one of our variables, from whichever source sets it. Empty when it is not set or
  /// is not one of our secret variables.
  public Optional<Secret> secret(String variable) {
    return Settings.all().stream()
        .filter(setting -> setting.isSecret() && setting.name().equals(variable))
        .findFirst()
        .flatMap(values::find)
        .filter(Secret.class::isInstance)
        .map(Secret.class::cast);
  }

  /// The problems that stop even a command that needs no setting.
  public List<Problem> problems() {
    Problems problems = new Problems();
    checked(EnumSet.noneOf(SettingGroup.class), problems);
    return problems.found();
  }

  private Checks checked(Set<SettingGroup> needed, Problems problems) {
    problems.addAll(found.found());
    Checks checks = new Checks(values, needed, problems);
    for (Setting<?> setting : Settings.all()) {
      setting.requiredBy().stream()
          .filter(needed::contains)
          .sorted()
          .findFirst()
          .ifPresent(group -> checks.require(setting, group));
    }
    SolaceSettings.check(checks);
    SempSettings.check(checks);
    HttpSettings.check(checks);
    InboxSettings.check(checks);
    RelaySettings.check(checks);
    SandboxSettings.check(checks);
    return checks;
  }
}
