package stripebridge.core.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stripebridge.core.event.EventType;
import stripebridge.core.routing.RoutingTable.Order;
import stripebridge.core.routing.RoutingTable.Route;
import stripebridge.core.routing.RoutingTable.Routing;

/// The routes of a running bridge: those in effect, and those before. A held event keeps the topic
/// that it is held under, so the routes that led there are still needed.
///
/// @param tables newest first; the first is in effect
public record RouteHistory(List<RoutingTable> tables) {
  // What is older is forgotten: an event that is still held under it goes where it would go after a
  // restart.
  private static final int TABLES_MAX = 16;

  /// @throws IllegalArgumentException when there is no table
  public RouteHistory {
    if (tables.isEmpty()) {
      throw new IllegalArgumentException("no routes");
    }
    tables = List.copyOf(tables);
  }

  /// The routes at the start.
  public static RouteHistory of(RoutingTable first) {
    return new RouteHistory(List.of(first));
  }

  /// The routes in effect.
  public RoutingTable current() {
    return tables.getFirst();
  }

  /// The same with other routes in effect. A topic keeps its order: messages of it may be on their
  /// way, and one cannot be in both orders.
  public RouteHistory with(RoutingTable next) {
    RoutingTable inOrder =
        new RoutingTable(
            next.routes().stream()
                .map(route -> new Route(route.pattern(), route.topic(), order(route)))
                .toList(),
            next.unlisted());
    List<RoutingTable> all = new ArrayList<>();
    all.add(inOrder);
    // The rest of a topology may have changed, and what is equal would push out what is not.
    tables.stream().filter(table -> !table.equals(inOrder)).limit(TABLES_MAX - 1).forEach(all::add);
    return new RouteHistory(all);
  }

  /// The topics whose order differs in other routes; it changes with the next start.
  public List<TopicTemplate> otherOrders(RoutingTable next) {
    return next.routes().stream()
        .filter(route -> order(route) != route.order())
        .map(Route::topic)
        .distinct()
        .toList();
  }

  private Order order(Route route) {
    return tables.stream()
        .flatMap(table -> table.routes().stream())
        .filter(known -> known.topic().equals(route.topic()))
        .map(Route::order)
        .findFirst()
        .orElse(route.order());
  }

  /// Where an event goes.
  public Routing route(EventType type, String account) {
    return current().route(type, account);
  }

  /// Where an event goes that is held under a topic: there, if any of the routes lead there.
  ///
  /// @param topic the whole topic, the account level included
  public Routing route(EventType type, String account, String topic) {
    Optional<Routing> there =
        tables.stream()
            .map(table -> table.route(type, account))
            .filter(routing -> routing.topic().name().equals(topic))
            .findFirst();
    return there.orElseGet(() -> route(type, account));
  }
}
