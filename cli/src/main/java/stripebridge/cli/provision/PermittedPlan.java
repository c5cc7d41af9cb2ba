package stripebridge.cli.provision;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.FoundBroker;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.plan.Change;
import stripebridge.core.topology.plan.Change.AttributeChange;
import stripebridge.core.topology.plan.Plan;

/// A plan as far as the SEMP user may carry it out, with the steps that are not permitted.
///
/// @param waves the steps in the order of their execution
/// @param leftOut attributes that this version of the broker does not have
record PermittedPlan(List<List<Step>> waves, List<Plan.LeftOut> leftOut) {

  static PermittedPlan of(Plan plan, FoundBroker found) {
    Map<ObjectKind, String> obstacles = new HashMap<>();
    found
        .unwritable()
        .forEach((kind, right) -> obstacles.put(kind, "not permitted, needs " + right));
    found.unreadable().forEach((kind, said) -> obstacles.put(kind, "cannot be read: " + said));
    Set<Resource> missing = new HashSet<>();
    for (Change change : plan.changes()) {
      boolean blocked =
          change instanceof Change.Create(Resource resource, Map<String, AttributeValue> _)
              && found.unwritable().containsKey(resource.kind())
              && !found.unreadable().containsKey(resource.kind());
      if (blocked || (change instanceof Change.Foreign foreign && foreign.missing())) {
        missing.add(change.resource());
      }
    }
    List<List<Step>> waves = new ArrayList<>();
    for (List<Change> wave : plan.waves()) {
      waves.add(
          wave.stream()
              .map(change -> new Step(change, obstacle(change, obstacles, missing)))
              .toList());
    }
    return new PermittedPlan(List.copyOf(waves), plan.leftOut());
  }

  private static @Nullable String obstacle(
      Change change, Map<ObjectKind, String> obstacles, Set<Resource> missing) {
    return switch (change) {
      case Change.Keep _, Change.Extra _, Change.Foreign _ -> null;
      case Change.Delete(Resource resource) -> obstacles.get(resource.kind());
      case Change.Create(Resource resource, Map<String, AttributeValue> attributes) ->
          first(obstacles.get(resource.kind()), needs(resource, attributes, missing));
      case Change.Update(Resource resource, List<AttributeChange> attributes) -> {
        Map<String, AttributeValue> wanted = new HashMap<>();
        attributes.forEach(attribute -> wanted.put(attribute.attribute(), attribute.wanted()));
        yield first(obstacles.get(resource.kind()), needs(resource, wanted, missing));
      }
    };
  }

  private static @Nullable String first(@Nullable String one, @Nullable String other) {
    return one == null ? other : one;
  }

  /// A client username cannot refer to a missing profile.
  private static @Nullable String needs(
      Resource resource, Map<String, AttributeValue> attributes, Set<Resource> missing) {
    if (!(resource instanceof Resource.ClientUsername)) {
      return null;
    }
    List<Resource> needed = new ArrayList<>();
    if (attributes.get("clientProfileName") instanceof AttributeValue.Text(String name)) {
      needed.add(new Resource.ClientProfile(name));
    }
    if (attributes.get("aclProfileName") instanceof AttributeValue.Text(String name)) {
      needed.add(new Resource.AclProfile(name));
    }
    return needed.stream()
        .filter(missing::contains)
        .findFirst()
        .map(profile -> "needs " + profile.type() + " " + profile.name() + ", which is missing")
        .orElse(null);
  }

  List<Step> steps() {
    return waves.stream().flatMap(List::stream).toList();
  }

  /// The steps to carry out.
  List<Step> work() {
    return steps().stream().filter(Step::isWork).toList();
  }

  long count(Predicate<Step> predicate) {
    return steps().stream().filter(predicate).count();
  }

  /// The queues to delete.
  List<String> queuesToDelete() {
    return work().stream()
        .map(Step::change)
        .filter(change -> change instanceof Change.Delete)
        .map(Change::resource)
        .filter(resource -> resource instanceof Resource.Queue)
        .map(Resource::owner)
        .toList();
  }

  /// Whether nobody has anything to change.
  boolean isSettled() {
    return steps().stream().allMatch(step -> step.change() instanceof Change.Keep);
  }

  /// The step of each object with the steps of its parts, in the order of the plan.
  List<Group> groups() {
    Map<Resource, List<Step>> byRoot = new LinkedHashMap<>();
    for (Step step : steps()) {
      byRoot.computeIfAbsent(step.change().resource().root(), _ -> new ArrayList<>()).add(step);
    }
    List<Group> groups = new ArrayList<>();
    byRoot.forEach((root, steps) -> {
      Step own =
          steps.stream()
              .filter(step -> step.change().resource().equals(root))
              .findFirst()
              .orElseGet(() -> new Step(new Change.Keep(root), null));
      groups.add(new Group(own, steps.stream().filter(step -> !step.equals(own)).toList()));
    });
    return groups;
  }

  /// An object and its parts.
  record Group(Step object, List<Step> parts) {}
}
