package stripebridge.core.problem;

/// One thing wrong with what a user wrote, where it is, and what to do about it.
///
/// @param where a place a user can go to: `topology.yaml:14:7`, `.env:3`, or a setting's name
/// @param what what was seen and, if known, what to write instead; one line, no secrets
public record Problem(String where, String what) {

  /// The problem as one line: `where: what`.
  @Override
  public String toString() {
    return where + ": " + what;
  }
}
