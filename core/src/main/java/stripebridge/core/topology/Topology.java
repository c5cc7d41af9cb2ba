package stripebridge.core.topology;

import java.util.List;
import java.util.Map;

/// What should exist on the broker and where events are routed: `topology.yaml`, read and checked.
///
/// @param unlisted where events go whose type no route names
/// @param routes in the order of the file; the first that matches wins
/// @param manages what may be deleted when it is not among the objects
/// @param accept ids of findings that are accepted, each with the reason given
public record Topology(
    UnlistedEvents unlisted,
    List<RouteSpec> routes,
    BrokerObjects objects,
    Manages manages,
    Map<String, String> accept) {
  public Topology {
    routes = List.copyOf(routes);
    accept = Ordered.copy(accept);
  }
}
