package stripebridge.core.topology.plan;

import java.util.List;
import stripebridge.core.topology.model.FoundTopology;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.SempVersion;
import stripebridge.core.topology.model.Topology;

/// The changes that turn a broker's objects into the wanted ones.
///
/// Only attributes that the topology names are compared. All others belong to the broker, and an
/// attribute removed from the file keeps its value. Secrets are written on creation and never
/// compared. Deletions come last, so that a replacement always exists first.
///
/// @param waves the changes in the order in which they must be made. Changes of one wave do not
///   depend on each other and can be made concurrently
/// @param leftOut wanted attributes that the broker is too old to have
public record Plan(List<List<Change>> waves, List<LeftOut> leftOut) {
  public Plan {
    waves = waves.stream().map(List::copyOf).toList();
    leftOut = List.copyOf(leftOut);
  }

  /// An attribute that is not sent.
  ///
  /// @param since the first SEMP version that has it
  public record LeftOut(Resource resource, String attribute, SempVersion since) {}

  /// Plans the difference between two topologies in dependency order: a resource is created before,
  /// and deleted after, the resources that refer to it.
  public static Plan of(Topology wanted, FoundTopology found, Options options) {
    return new Planner(wanted, found, options).plan();
  }

  /// Every change in order, including resources that stay.
  public List<Change> changes() {
    return waves.stream().flatMap(List::stream).toList();
  }

  /// The changes that modify the broker.
  public List<Change> work() {
    return changes().stream()
        .filter(change ->
            switch (change) {
              case Change.Create _, Change.Update _, Change.Delete _ -> true;
              case Change.Keep _, Change.Extra _, Change.Foreign _ -> false;
            })
        .toList();
  }

  /// Whether the broker is exactly as wanted: no change to make, no extra resource, no difference
  /// in external ones.
  public boolean isSettled() {
    return changes().stream().allMatch(Change.Keep.class::isInstance);
  }

  /// What a plan may do beyond creating and updating.
  ///
  /// @param prune delete objects that are under `manages:` and not in the topology
  /// @param setSecrets write secrets to existing objects too; they cannot be compared, so every run
  ///   has this change
  public record Options(boolean prune, boolean setSecrets) {
    /// Creates and updates only.
    public static final Options CAREFUL = new Options(false, false);
  }
}
