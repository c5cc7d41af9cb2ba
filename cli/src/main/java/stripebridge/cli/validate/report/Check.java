package stripebridge.cli.validate.report;

import java.time.Duration;
import java.util.List;

/// One check of a validation, and its result.
///
/// @param name the expected state, such as `GET /ready`
/// @param took the time since the previous check
public record Check(Stage stage, String name, Result result, Duration took) {
  /// The result of a check.
  public sealed interface Result {}

  /// The expected state was found.
  ///
  /// @param seen what was seen, one clause; may be empty if the check's name says it all
  /// @param notes worth knowing even though the check passed
  record Passed(String seen, List<String> notes) implements Result {
    public Passed {
      notes = List.copyOf(notes);
    }
  }

  /// Something else was found.
  ///
  /// @param seen what was seen instead, a clause each; at least one
  /// @param next a command or a setting that helps
  record Failed(List<String> seen, String next) implements Result {
    public Failed {
      seen = List.copyOf(seen);
    }
  }

  /// The check could not be made.
  record Skipped(String reason) implements Result {}
}
