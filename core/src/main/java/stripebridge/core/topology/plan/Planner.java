package stripebridge.core.topology.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.Attribute;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.ClientProfileSpec;
import stripebridge.core.topology.model.FoundTopology;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.SempVersion;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.model.Topology.Manages;
import stripebridge.core.topology.plan.Change.AttributeChange;
import stripebridge.core.topology.plan.Change.Extra;

/// Makes one plan. It treats every object, exception and subscription as a [Resource] with
/// attributes, so that one rule serves all of them.
final class Planner {
  private final FoundTopology broker;
  private final Plan.Options options;
  private final Manages manages;
  private final SequencedMap<Resource, Map<String, AttributeValue>> wanted;
  private final SequencedMap<Resource, Map<String, AttributeValue>> found;
  private final Set<Resource> external = new HashSet<>();
  private final DependencyOrder ranks;

  private final TreeMap<Integer, List<Change>> waves = new TreeMap<>();
  private final List<Plan.LeftOut> leftOut = new ArrayList<>();

  Planner(Topology topology, FoundTopology broker, Plan.Options options) {
    this.broker = broker;
    this.options = options;
    this.manages = topology.manages();
    this.wanted = topology.objects().resources();
    this.found = broker.objects().resources();
    for (ClientProfileSpec profile : topology.objects().clientProfiles()) {
      if (profile.external()) {
        external.add(new Resource.ClientProfile(profile.name()));
      }
    }
    for (AclProfileSpec profile : topology.objects().aclProfiles()) {
      if (profile.external()) {
        external.add(new Resource.AclProfile(profile.name()));
      }
    }
    this.ranks = new DependencyOrder(wanted, found);
  }

  Plan plan() {
    SequencedMap<Resource, Map<String, AttributeValue>> after = new LinkedHashMap<>(found);
    for (Map.Entry<Resource, Map<String, AttributeValue>> entry : wanted.entrySet()) {
      Resource resource = entry.getKey();
      Map<String, AttributeValue> attributes = known(resource, entry.getValue());
      add(ranks.making(resource), wantedChange(resource, attributes));
      Map<String, AttributeValue> effective = new LinkedHashMap<>();
      effective.putAll(found.getOrDefault(resource, Map.of()));
      effective.putAll(attributes);
      after.put(resource, effective);
    }
    removals(after);
    return new Plan(List.copyOf(waves.values()), leftOut);
  }

  private void add(int rank, Change change) {
    waves.computeIfAbsent(rank, _ -> new ArrayList<>()).add(change);
  }

  /// The attributes that this broker has; the others are recorded as left out.
  private Map<String, AttributeValue> known(
      Resource resource, Map<String, AttributeValue> attributes) {
    Map<String, AttributeValue> known = new LinkedHashMap<>();
    attributes.forEach((name, value) -> {
      SempVersion since = attribute(resource, name).map(Attribute::since).orElse(SempVersion.FIRST);
      if (since.compareTo(broker.sempVersion()) > 0) {
        leftOut.add(new Plan.LeftOut(resource, name, since));
      } else {
        known.put(name, value);
      }
    });
    return known;
  }

  private Change wantedChange(Resource resource, Map<String, AttributeValue> attributes) {
    boolean foreign = external.contains(resource.root());
    Map<String, AttributeValue> now = found.get(resource);
    if (now == null) {
      return foreign
          ? new Change.Foreign(resource, true, List.of())
          : new Change.Create(resource, attributes);
    }
    List<AttributeChange> differences = differences(resource, attributes, now);
    if (differences.isEmpty()) {
      return new Change.Keep(resource);
    }
    return foreign
        ? new Change.Foreign(resource, false, differences)
        : new Change.Update(resource, differences);
  }

  private List<AttributeChange> differences(
      Resource resource, Map<String, AttributeValue> attributes, Map<String, AttributeValue> now) {
    List<AttributeChange> differences = new ArrayList<>();
    attributes.forEach((name, value) -> {
      boolean secret = value instanceof AttributeValue.SecretReference;
      if (secret ? options.setSecrets() : !value.equals(now.get(name))) {
        boolean interrupts =
            attribute(resource, name).stream()
                .flatMap(attribute -> attribute.disables().stream())
                .anyMatch(other -> !new AttributeValue.Flag(false).equals(now.get(other)));
        differences.add(
            new AttributeChange(name, secret ? null : now.get(name), value, interrupts));
      }
    });
    return differences;
  }

  private static Optional<Attribute> attribute(Resource resource, String name) {
    return resource.kind().attributes().find(name);
  }

  /// Decides about every resource that was found but is not wanted.
  ///
  /// @param after the broker's resources once all wanted changes are made
  private void removals(SequencedMap<Resource, Map<String, AttributeValue>> after) {
    List<Resource> going = new ArrayList<>();
    for (Resource resource : found.keySet()) {
      if (wanted.containsKey(resource) || external.contains(resource.root())) {
        continue;
      }
      boolean part = !resource.equals(resource.root());
      boolean managed = manages.covers(resource.kind(), resource.owner());
      boolean ours = part ? wanted.containsKey(resource.root()) : managed;
      if (!ours) {
        continue; // It stays or goes with its object, or is not ours.
      }
      if (!managed) {
        extra(resource, Extra.Reason.NOT_MANAGED, List.of());
      } else if (!options.prune()) {
        extra(resource, Extra.Reason.NOT_PRUNING, List.of());
      } else {
        going.add(resource);
      }
    }
    Map<Resource, List<Resource>> inUse = inUse(going, after);
    for (Resource resource : going) {
      List<Resource> users = inUse.get(resource);
      if (users != null) {
        extra(resource, Extra.Reason.IN_USE, users);
      } else {
        add(ranks.removing(resource), new Change.Delete(resource));
      }
    }
  }

  private void extra(Resource resource, Extra.Reason reason, List<Resource> usedBy) {
    add(ranks.making(resource), new Extra(resource, reason, usedBy));
  }

  /// The resources of `going` that a staying resource refers to. Each one that stays can keep
  /// others, so this loops.
  private static Map<Resource, List<Resource>> inUse(
      List<Resource> going, SequencedMap<Resource, Map<String, AttributeValue>> after) {
    Map<Resource, List<Resource>> inUse = new LinkedHashMap<>();
    Set<Resource> leaving = new HashSet<>(going);
    int before;
    do {
      before = leaving.size();
      Map<Resource, List<Resource>> users = new LinkedHashMap<>();
      after.forEach((resource, attributes) -> {
        if (!leaving.contains(resource)) {
          for (Resource target : References.of(resource, attributes)) {
            users.computeIfAbsent(target, _ -> new ArrayList<>()).add(resource);
          }
        }
      });
      leaving.removeIf(resource -> {
        List<Resource> its = users.get(resource);
        if (its != null) {
          inUse.put(resource, its);
        }
        return its != null;
      });
    } while (leaving.size() < before);
    return inUse;
  }
}
