package stripebridge.core.config;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Everything settings are read from.
///
/// @param flags option → argument, by any option that [Settings#byOption] knows
/// @param environment the variables of the process
/// @param dotEnv the `.env` of the working directory
/// @param files reads what `NAME_FILE` names
public record Sources(
    Map<String, String> flags, Map<String, String> environment, DotEnv dotEnv, SettingFiles files) {

  /// @throws IllegalArgumentException when a flag is no setting's, or two are the same one's
  public Sources {
    flags = Map.copyOf(flags);
    environment = Map.copyOf(environment);
    Set<Setting<?>> set = new HashSet<>();
    for (String option : flags.keySet()) {
      Setting<?> setting =
          Settings.byOption(option)
              .orElseThrow(() -> new IllegalArgumentException("no setting has option " + option));
      if (!set.add(setting)) {
        throw new IllegalArgumentException("two options set " + setting);
      }
    }
  }

  /// For what must work whatever lies around, as all that runs `--sandbox`: neither the environment
  /// nor `.env` counts.
  public static Sources ofFlags(Map<String, String> flags, SettingFiles files) {
    return new Sources(flags, Map.of(), DotEnv.EMPTY, files);
  }

  /// Says nothing of the values: they are not known to be no secrets.
  @Override
  public String toString() {
    return "Sources[flags=%d, environment=%d, dotEnv=%d]"
        .formatted(flags.size(), environment.size(), dotEnv.entries().size());
  }

  /// Reads the files that `NAME_FILE` variables and `--…-file` options name; lent by whoever may
  /// touch files.
  @FunctionalInterface
  public interface SettingFiles {
    /// The text of a file, decoded as UTF-8. A relative path starts from the working directory.
    Content read(String path);

    /// What became of reading.
    sealed interface Content {
      /// The whole file.
      record Text(Secret text) implements Content {}

      /// Nothing could be read.
      ///
      /// @param reason why not, as it ends a sentence: `no such file`
      record Unreadable(String reason) implements Content {}
    }
  }
}
