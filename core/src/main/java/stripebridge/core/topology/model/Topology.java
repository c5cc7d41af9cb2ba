package stripebridge.core.topology.model;

import java.util.List;
import java.util.Map;
import stripebridge.core.routing.RoutingTable;

/// What should exist on the broker and where events are routed: `topology.yaml`, read and checked.
///
/// @param routing the routes in the order of the file, and where other types go
/// @param manages the objects that may be deleted when the topology does not have them
/// @param accept the ids of accepted findings, each with its reason
public record Topology(
    RoutingTable routing, BrokerObjects objects, Manages manages, Map<String, String> accept) {
  public Topology {
    accept = Ordered.copy(accept);
  }

  /// The objects that may be deleted, by name prefix. Nothing else is ever deleted.
  public record Manages(Map<ObjectKind, List<String>> prefixes) {
    public Manages {
      prefixes = Map.copyOf(prefixes);
    }

    /// Whether an object of that kind and name may be deleted when the topology does not have it.
    public boolean covers(ObjectKind kind, String name) {
      return prefixes.getOrDefault(kind, List.of()).stream().anyMatch(name::startsWith);
    }
  }
}
