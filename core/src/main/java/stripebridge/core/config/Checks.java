package stripebridge.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.Problems;

/// Collects the problems and warnings of checks that involve several settings.
final class Checks {
  private final Values values;
  private final Set<SettingGroup> needed;
  private final Problems problems;
  private final List<Problem> warnings = new ArrayList<>();

  public Checks(Values values, Set<SettingGroup> needed, Problems problems) {
    this.values = values;
    this.needed = needed;
    this.problems = problems;
  }

  Values values() {
    return values;
  }

  private boolean isNeeded(SettingGroup group) {
    return needed.contains(group);
  }

  void refuse(Setting<?> setting, String reason) {
    problems.addAll(List.of(values.problem(setting, reason)));
  }

  /// Warns only when the setting's group is needed: a command is silent about settings it does not
  /// use.
  void warn(Setting<?> setting, String reason) {
    if (isNeeded(setting.group())) {
      warnings.add(values.problem(setting, reason));
    }
  }

  /// Refuses a missing setting that `group` cannot do without.
  void require(Setting<?> setting, SettingGroup group) {
    if (isNeeded(group) && !values.has(setting)) {
      refuse(
          setting,
          "is required to "
              + group.purpose()
              + ": set it"
              + (setting.isSecret() ? " or " + setting.fileVariable() : "")
              + ", or pass "
              + setting.option());
    }
  }

  /// Warns when a setting was set but has no effect.
  void warnOfNoEffect(Setting<?> setting, String why) {
    if (values.isSet(setting)) {
      warn(setting, "has no effect " + why);
    }
  }

  /// Refuses one of two settings without the other.
  void requireBothOrNone(Setting<?> one, Setting<?> other) {
    if (values.isSet(one) && !values.isSet(other)) {
      refuse(one, "is set without " + other);
    }
    if (values.isSet(other) && !values.isSet(one)) {
      refuse(other, "is set without " + one);
    }
  }

  List<Problem> warnings() {
    return List.copyOf(warnings);
  }
}
