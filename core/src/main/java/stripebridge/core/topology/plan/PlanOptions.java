package stripebridge.core.topology.plan;

/// What a plan may do beyond creating and updating.
///
/// @param prune delete what is under `manages:` and not in the topology
/// @param setSecrets write secrets to objects that exist already; they cannot be compared, so this
///   is a change every time
public record PlanOptions(boolean prune, boolean setSecrets) {
  /// Creates and updates only.
  public static final PlanOptions CAREFUL = new PlanOptions(false, false);
}
