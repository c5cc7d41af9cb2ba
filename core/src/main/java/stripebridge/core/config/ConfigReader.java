package stripebridge.core.config;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.Problems;

/// Reads settings strictly: flag before environment before `.env` before default.
///
/// An unknown key with a prefix of ours in `.env`, `NAME` beside `NAME_FILE` in one source, an
/// unreadable file and an illegal value in effect are problems, also of settings that the command
/// at hand has no use for; all are reported at once. Variables of the environment that are no
/// setting are other programs' business. Reads each source once, when made; not thread-safe.
public final class ConfigReader {
  private static final String SUBJECT = "the configuration";

  private final Problems found = new Problems();
  private final Values values;

  public ConfigReader(Sources sources) {
    values = new Values(new Resolver(sources, found).resolve(), found);
  }

  /// The settings of some subjects.
  ///
  /// @throws ProblemsException with every problem of the sources, and with every setting that these
  ///   subjects require and that is not set
  public BridgeConfig read(Set<SettingGroup> subjects) {
    Problems problems = new Problems();
    Checks checks = checked(subjects, problems);
    problems.throwIfAny(SUBJECT);
    return new BridgeConfig(values, Set.copyOf(subjects), checks.warnings());
  }

  /// The settings of all subjects as far as they are set, for a look at them: legal or not,
  /// whatever is missing. In the order of [Settings#all].
  public List<EffectiveSetting> effective() {
    return values.effective();
  }

  /// Whether a setting is set, legally or not: for what is used only where it is there.
  public boolean isSet(Setting<?> setting) {
    return values.isGiven(setting);
  }

  /// The secret that a variable of ours holds, wherever it is set; nothing when it is not, or when
  /// the variable is none of ours.
  public Optional<Secret> secret(String variable) {
    return Settings.all().stream()
        .filter(setting -> setting.isSecret() && setting.name().equals(variable))
        .findFirst()
        .flatMap(values::find)
        .filter(Secret.class::isInstance)
        .map(Secret.class::cast);
  }

  /// What would keep a command that needs nothing from running.
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
          .ifPresent(subject -> checks.require(setting, subject));
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
