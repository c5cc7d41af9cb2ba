package stripebridge.cli.provision;

import stripebridge.cli.output.OutputFormat;

/// The options of one `provision` run.
///
/// @param mode what to do with the plan
/// @param prune whether to delete managed objects that are not in the topology
/// @param destroy whether to delete all managed objects
/// @param strict whether an unaccepted finding fails the run
/// @param setPasswords whether to set the passwords of existing client usernames
/// @param yes whether to skip the confirmation
/// @param forceNonempty whether to delete queues with messages
/// @param forceInUse whether to delete queues with bound consumers
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
  /// What to do with a plan.
  public enum Mode {
    /// Apply it.
    APPLY,
    /// Show it.
    DRY_RUN,
    /// Show it, and fail the run if it is not empty.
    CHECK
  }
}
