package stripebridge.core.config;

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
