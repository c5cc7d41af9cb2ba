package stripebridge.core.topology.model;

import java.util.List;
import java.util.Map;

/// Which objects are ours to remove, by the beginnings of their names. Nothing else is ever
/// deleted.
public record Manages(Map<ObjectKind, List<String>> prefixes) {
  public Manages {
    prefixes = Map.copyOf(prefixes);
  }

  /// Whether an object of that kind and name may be deleted when the topology does not have it.
  public boolean covers(ObjectKind kind, String name) {
    return prefixes.getOrDefault(kind, List.of()).stream().anyMatch(name::startsWith);
  }
}
