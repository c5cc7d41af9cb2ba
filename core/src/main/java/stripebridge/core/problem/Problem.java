package stripebridge.core.problem;

/// One mistake in a user's input: where it is, and what to do about it.
///
/// @param where a place that the user can find: `topology.yaml:14:7`, `.env:3`, or a setting's name
/// @param what the mistake and, if known, the fix; one line, no secrets
public record Problem(String where, String what) {

  /// The problem as one line: `where: what`.
  @Override
  public String toString() {
    return where + ": " + what;
  }
}
