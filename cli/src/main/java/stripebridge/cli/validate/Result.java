package stripebridge.cli.validate;

import java.util.List;

/// What came of a check.
public sealed interface Result {
  /// It is as it has to be.
  ///
  /// @param seen what was seen, one clause; may be empty where the check's name says it all
  /// @param notes what is worth knowing nevertheless
  record Passed(String seen, List<String> notes) implements Result {
    public Passed {
      notes = List.copyOf(notes);
    }
  }

  /// It is not.
  ///
  /// @param seen what was seen in its place, a clause each; at least one
  /// @param next a command or a setting that helps
  record Failed(List<String> seen, String next) implements Result {
    public Failed {
      seen = List.copyOf(seen);
    }
  }

  /// It could not be found out.
  record Skipped(String reason) implements Result {}
}
