package stripebridge.cli.provision;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import stripebridge.core.broker.FoundBroker;
import stripebridge.core.finding.Finding;
import stripebridge.core.finding.Findings;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.plan.Change;
import stripebridge.core.topology.plan.Change.AttributeChange;
import stripebridge.core.topology.plan.Plan;

/// The differences that `provision --check` would report, as clauses for another command's report.
///
/// @param differences where the broker differs from the topology
/// @param findings the findings that the topology does not accept
/// @param unread the kinds of objects that could not be read
/// @param compared the number of compared objects
public record Drift(
    List<String> differences, List<Finding> findings, List<String> unread, int compared) {

  /// Compares a broker with a topology.
  ///
  /// @param ignored temporary objects, which are in no topology
  /// @param messageTtlMillis the time to live of published messages
  public static Drift of(
      Topology topology, FoundBroker found, Predicate<Resource> ignored, long messageTtlMillis) {
    List<Change> changes =
        Plan.of(topology, found.topology(), new Plan.Options(false, false)).changes().stream()
            .filter(change -> !ignored.test(change.resource().root()))
            .filter(change -> !found.unreadable().containsKey(change.resource().kind()))
            .toList();
    List<String> unread = new ArrayList<>();
    found.unreadable().forEach((kind, said) -> unread.add("no " + kind.words() + ": " + said));
    return new Drift(
        changes.stream().filter(change -> !(change instanceof Change.Keep)).map(Drift::of).toList(),
        findings(topology, found, messageTtlMillis).stream()
            .filter(finding -> !finding.isAccepted())
            .toList(),
        unread,
        changes.size());
  }

  /// The findings on a topology and a broker, accepted ones included.
  static List<Finding> findings(Topology topology, FoundBroker found, long messageTtlMillis) {
    OptionalLong spool =
        found.vpn().get("maxMsgSpoolUsage") instanceof AttributeValue.Whole(long megabytes)
            ? OptionalLong.of(megabytes)
            : OptionalLong.empty();
    return Findings.of(
        topology,
        found.topology(),
        new Findings.Context(spool, messageTtlMillis, found.unwritable().keySet()));
  }

  private static String of(Change change) {
    Resource resource = change.resource();
    boolean isPart = !resource.equals(resource.root());
    String what = PlanText.what(resource) + (isPart ? " of " + PlanText.what(resource.root()) : "");
    return switch (change) {
      case Change.Create _ -> what + " is missing";
      case Change.Update(Resource _, List<AttributeChange> attributes) ->
          what + " has " + differences(attributes);
      case Change.Foreign foreign ->
          foreign.missing()
              ? what + " is missing, and others own it"
              : what + " has " + differences(foreign.differences()) + ", and others own it";
      case Change.Extra(Resource _, Change.Extra.Reason reason, List<Resource> usedBy) ->
          what + " is not in the topology " + PlanText.reason(reason, usedBy);
      case Change.Delete _, Change.Keep _ -> what;
    };
  }

  private static String differences(List<AttributeChange> attributes) {
    return String.join(", ", attributes.stream().map(PlanText::difference).toList());
  }
}
