package stripebridge.core.topology.plan;

import java.util.List;
import stripebridge.core.topology.model.FoundTopology;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.SempVersion;
import stripebridge.core.topology.model.Topology;

/// How a broker gets from what was found to what is wanted.
///
/// Only attributes that the topology names are compared; all others belong to the broker, and an
/// attribute taken out of the file stays as it is. Secrets are written on create and never
/// compared. Deletions come last, so that nothing is ever without its replacement.
///
/// @param waves the changes in the order in which they must be made. Changes of one wave do not
///   depend on each other and can be made at the same time
/// @param leftOut wanted attributes that the broker is too old to know
public record Plan(List<List<Change>> waves, List<LeftOut> leftOut) {
  public Plan {
    waves = waves.stream().map(List::copyOf).toList();
    leftOut = List.copyOf(leftOut);
  }

  /// An attribute that is not sent.
  ///
  /// @param since the first SEMP version that has it
  public record LeftOut(Resource resource, String attribute, SempVersion since) {}

  /// The difference between two topologies, in dependency order both ways: what is referred to is
  /// made before, and removed after, what refers to it.
  public static Plan of(Topology wanted, FoundTopology found, Options options) {
    return new Planner(wanted, found, options).plan();
  }

  /// Every change in order, including what stays.
  public List<Change> changes() {
    return waves.stream().flatMap(List::stream).toList();
  }

  /// The changes that something is done about.
  public List<Change> work() {
    return changes().stream()
        .filter(change ->
            switch (change) {
              case Change.Create _, Change.Update _, Change.Delete _ -> true;
              case Change.Keep _, Change.Extra _, Change.Foreign _ -> false;
            })
        .toList();
  }

  /// Whether the broker is exactly as wanted: nothing to do, nothing extra, nothing for others.
  public boolean isSettled() {
    return changes().stream().allMatch(Change.Keep.class::isInstance);
  }

  /// What a plan may do beyond creating and updating.
  ///
  /// @param prune delete what is under `manages:` and not in the topology
  /// @param setSecrets write secrets to objects that exist already; they cannot be compared, so this
  ///   is a change every time
  public record Options(boolean prune, boolean setSecrets) {
    /// Creates and updates only.
    public static final Options CAREFUL = new Options(false, false);
  }
}
