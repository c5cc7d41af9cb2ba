package stripebridge.cli.validate.stage;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import stripebridge.core.event.EventType;
import stripebridge.core.finding.Subscription;
import stripebridge.core.problem.Suggestion;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Route;
import stripebridge.core.routing.Topic;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Topology;
import stripebridge.stripe.event.EventTypes;

/// An event type to try, and where the topology routes it.
///
/// @param queues the queues that subscribe to the topic, in the order of the topology
public record TypeCase(String type, Topic topic, List<String> queues) {
  // Common, and rarely routed.
  private static final String USUALLY_UNROUTED = "product.created";

  public TypeCase {
    queues = List.copyOf(queues);
  }

  /// The types of a validation.
  ///
  /// @param untried patterns of routes that match no event type of Stripe
  public record Selection(List<TypeCase> cases, List<String> untried) {}

  /// The requested types, or each routed type and one without a route.
  public static Selection select(Topology topology, String account, List<String> requested) {
    RoutingTable routes = topology.routing();
    List<TypeCase> cases = new ArrayList<>();
    if (!requested.isEmpty()) {
      for (String type : new TreeSet<>(requested)) {
        cases.add(of(topology, type, account));
      }
      return new Selection(cases, List.of());
    }
    Set<String> routed = new TreeSet<>();
    Set<String> untried = new TreeSet<>();
    for (Route route : routes.routes()) {
      String pattern = route.pattern().text();
      List<String> taken =
          EventTypes.all().stream()
              .filter(type -> route.pattern().match(new EventType(type)).isPresent())
              .toList();
      if (taken.isEmpty()) {
        untried.add(pattern);
      }
      // In the order of the routes, which readers know.
      taken.stream().filter(routed::add).forEach(type -> cases.add(of(topology, type, account)));
    }
    if (!routed.contains(USUALLY_UNROUTED)) {
      cases.add(of(topology, USUALLY_UNROUTED, account));
    } else {
      EventTypes.all().stream()
          .filter(type -> !routed.contains(type))
          .findFirst()
          .ifPresent(type -> cases.add(of(topology, type, account)));
    }
    return new Selection(cases, List.copyOf(untried));
  }

  /// Checks that Stripe has this type.
  ///
  /// @throws IllegalArgumentException for a type that Stripe does not have
  public static void requireKnown(String type) {
    if (!EventTypes.isKnown(type)) {
      throw new IllegalArgumentException(
          "--types: Stripe has no event type '%s'%s"
              .formatted(
                  type,
                  Suggestion.nearest(type, EventTypes.all())
                      .map(near -> "; did you mean '" + near + "'?")
                      .orElse("")));
    }
  }

  private static TypeCase of(Topology topology, String type, String account) {
    Topic topic = topology.routing().route(new EventType(type), account).topic();
    return new TypeCase(
        type,
        topic,
        topology.objects().queues().stream()
            .filter(queue -> Subscription.attractsAccount(queue.subscriptions(), topic))
            .map(QueueSpec::name)
            .toList());
  }
}
