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

/// What `provision --check` would say of a broker, as clauses for the report of another command.
///
/// @param differences what is otherwise than the topology says
/// @param findings those that the topology does not accept
/// @param unread what could not be compared
/// @param compared how many things were
public record Drift(
    List<String> differences, List<Finding> findings, List<String> unread, int compared) {

  /// Compares a broker with a topology.
  ///
  /// @param ignored what is there for the moment, and in no topology
  /// @param messageTtlMillis what the bridge publishes with
  public static Drift of(
      Topology topology, FoundBroker found, Predicate<Resource> ignored, long messageTtlMillis) {
    List<Change> changes =
        Plan.of(topology, found.topology(), new Plan.Options(false, false)).changes().stream()
            .filter(change -> !ignored.test(change.resource().root()))
            .filter(change -> !found.unreadable().containsKey(change.resource().kind()))
            .toList();
    OptionalLong spool =
        found.vpn().get("maxMsgSpoolUsage") instanceof AttributeValue.Whole(long megabytes)
            ? OptionalLong.of(megabytes)
            : OptionalLong.empty();
    List<String> unread = new ArrayList<>();
    found.unreadable().forEach((kind, said) -> unread.add("no " + kind.words() + ": " + said));
    return new Drift(
        changes.stream().filter(change -> !(change instanceof Change.Keep)).map(Drift::of).toList(),
        Findings.of(
                topology,
                found.topology(),
                new Findings.Context(spool, messageTtlMillis, found.unwritable().keySet()))
            .stream()
            .filter(finding -> !finding.isAccepted())
            .toList(),
        unread,
        changes.size());
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
