package stripebridge.core.config;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One variable that an operator can set; [Settings] lists all of them.
///
/// @param name the environment variable
/// @param group the group it belongs to
/// @param type the values it takes
/// @param defaultText the value when it is not set; empty for none
/// @param sameAs the setting whose value applies when this one is not set
/// @param requiredBy the groups that require it
/// @param description its help text: one or more sentences
/// @param example the value in `.env.example`; empty to leave the default
/// @param aliases options of the replaced tool, still accepted but not shown
/// @param refusedOptions options of the replaced tool that would put a secret on the command line
public record Setting<T>(
    String name,
    SettingGroup group,
    ValueType<T> type,
    String defaultText,
    @Nullable Setting<T> sameAs,
    Set<SettingGroup> requiredBy,
    String description,
    String example,
    List<String> aliases,
    List<String> refusedOptions) {

  /// The variable that names a file with the value.
  public String fileVariable() {
    return name + "_FILE";
  }

  /// The command-line option: `--solace-host`, or for a secret `--solace-password-file`, because a
  /// secret does not belong on a command line.
  public String option() {
    String variable = isSecret() ? fileVariable() : name;
    return "--" + variable.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public boolean isSecret() {
    return type.isSecret();
  }

  /// By name: the table has each name once.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Setting<?> that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
