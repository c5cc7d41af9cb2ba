package stripebridge.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.Problems;

/// What the checks across settings are given, and where they put what they find.
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

  private boolean isNeeded(SettingGroup subject) {
    return needed.contains(subject);
  }

  void refuse(Setting<?> setting, String reason) {
    problems.addAll(List.of(values.problem(setting, reason)));
  }

  /// Warns when the subject of the setting is needed: a command says nothing of what it does not
  /// use.
  void warn(Setting<?> setting, String reason) {
    if (isNeeded(setting.subject())) {
      warnings.add(values.problem(setting, reason));
    }
  }

  /// Refuses to do what `subject` is for without a setting.
  void require(Setting<?> setting, SettingGroup subject) {
    if (isNeeded(subject) && !values.has(setting)) {
      refuse(
          setting,
          "is required to "
              + subject.purpose()
              + ": set it"
              + (setting.isSecret() ? " or " + setting.fileVariable() : "")
              + ", or pass "
              + setting.option());
    }
  }

  /// Warns when a setting that was given is of no use.
  void warnOfNoEffect(Setting<?> setting, String why) {
    if (values.isGiven(setting)) {
      warn(setting, "has no effect " + why);
    }
  }

  /// Two settings that make sense together only.
  void requireBothOrNone(Setting<?> one, Setting<?> other) {
    if (values.isGiven(one) && !values.isGiven(other)) {
      refuse(one, "is set without " + other);
    }
    if (values.isGiven(other) && !values.isGiven(one)) {
      refuse(other, "is set without " + one);
    }
  }

  List<Problem> warnings() {
    return List.copyOf(warnings);
  }
}
