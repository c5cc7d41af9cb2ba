package stripebridge.core.config;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One variable that an operator may set; [Settings] has them all.
///
/// @param name the environment variable
/// @param subject what it is about
/// @param type what values it takes
/// @param fallback the text that holds when it is not set; empty when there is none
/// @param sameAs the setting whose value holds when this one is not set
/// @param requiredBy the subjects that cannot do without it
/// @param sentence what it is for
/// @param example what `.env.example` sets; empty when it leaves the default alone
/// @param aliases options of the tool that this one replaces, still understood but not shown
/// @param refusedOptions options of that tool that would put a secret on a command line
public record Setting<T>(
    String name,
    SettingGroup subject,
    ValueType<T> type,
    String fallback,
    @Nullable Setting<T> sameAs,
    Set<SettingGroup> requiredBy,
    String sentence,
    String example,
    List<String> aliases,
    List<String> refusedOptions) {

  /// The variable that names a file with the value.
  public String fileVariable() {
    return name + "_FILE";
  }

  /// The option of commands: `--solace-host`; for a secret `--solace-password-file`, since a
  /// command line is no place for one.
  public String option() {
    String variable = isSecret() ? fileVariable() : name;
    return "--" + variable.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public boolean isSecret() {
    return type.isSecret();
  }

  /// Two settings are the same when their names are: the table has each name once.
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
