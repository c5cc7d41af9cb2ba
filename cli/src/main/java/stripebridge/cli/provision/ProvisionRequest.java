package stripebridge.cli.provision;

import stripebridge.cli.output.OutputFormat;

/// What the user asked `provision` for.
///
/// @param mode what to do with the plan
/// @param prune whether the plan removes what the topology does not have
/// @param destroy whether the plan removes all that the topology manages
/// @param strict whether findings that are not accepted fail the run
/// @param setPasswords whether passwords are written to usernames that exist
/// @param yes whether nothing is asked
/// @param forceNonempty whether a queue goes with the messages in it
/// @param forceInUse whether a queue goes while consumers are bound
public record ProvisionRequest(
    Mode mode,
    boolean prune,
    boolean destroy,
    boolean strict,
    boolean setPasswords,
    boolean yes,
    boolean forceNonempty,
    boolean forceInUse,
    OutputFormat output) {
  /// What becomes of a plan.
  public enum Mode {
    /// It is made.
    APPLY,
    /// It is shown.
    DRY_RUN,
    /// It is shown, and anything in it fails the run.
    CHECK
  }
}
