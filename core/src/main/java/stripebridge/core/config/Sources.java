package stripebridge.core.config;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The sources that settings are read from.
///
/// @param flags option → argument; any option that [Settings#byOption] finds
/// @param environment the variables of the process
/// @param dotEnv the `.env` of the working directory
/// @param files reads the files that `NAME_FILE` variables name
public record Sources(
    Map<String, String> flags, Map<String, String> environment, DotEnv dotEnv, SettingFiles files) {

  /// @throws IllegalArgumentException when a flag belongs to no setting, or two flags set the same
  ///   one
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

  /// Ignores the environment and `.env`, for runs that must not depend on them, such as all with
  /// `--sandbox`.
  public static Sources ofFlags(Map<String, String> flags, SettingFiles files) {
    return new Sources(flags, Map.of(), DotEnv.EMPTY, files);
  }

  /// Never prints the values: any of them may be a secret.
  @Override
  public String toString() {
    return "Sources[flags=%d, environment=%d, dotEnv=%d]"
        .formatted(flags.size(), environment.size(), dotEnv.entries().size());
  }

  /// Reads the files that `NAME_FILE` variables and `--…-file` options name. The caller provides
  /// it: core does no I/O.
  @FunctionalInterface
  public interface SettingFiles {
    /// Reads a file as UTF-8. A relative path starts from the working directory.
    Content read(String path);

    /// The outcome of reading a file.
    sealed interface Content {
      /// The text of the whole file.
      record Text(Secret text) implements Content {}

      /// The file could not be read.
      ///
      /// @param reason the reason, as the end of a sentence: `no such file`
      record Unreadable(String reason) implements Content {}
    }
  }
}
