package stripebridge.cli.validate;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import stripebridge.core.event.EventType;
import stripebridge.core.finding.Subscription;
import stripebridge.core.problem.Suggestion;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.Topic;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Topology;
import stripebridge.stripe.event.EventTypes;

/// An event type to try, and where the topology sends it.
///
/// @param queues those of the topology that attract the topic, in its order
record TypeCase(String type, Topic topic, List<String> queues) {
  // Frequent, and nobody routes it by mistake.
  private static final String USUALLY_UNLISTED = "product.created";

  TypeCase {
    queues = List.copyOf(queues);
  }

  /// What is to be tried.
  ///
  /// @param untried types that a route names and nobody can make an event of
  record Selection(List<TypeCase> cases, List<String> untried) {}

  /// The types that were asked for; else each that a route takes, and one that none does.
  ///
  /// @throws IllegalArgumentException for a type that Stripe does not have
  static Selection select(Topology topology, String account, List<String> wanted) {
    RoutingTable routes = topology.routing();
    List<TypeCase> cases = new ArrayList<>();
    if (!wanted.isEmpty()) {
      for (String type : new TreeSet<>(wanted)) {
        cases.add(of(topology, known(type), account));
      }
      return new Selection(cases, List.of());
    }
    Set<String> routed = new TreeSet<>();
    Set<String> untried = new TreeSet<>();
    for (var route : routes.routes()) {
      String pattern = route.pattern().text();
      List<String> taken =
          EventTypes.all().stream()
              .filter(type -> route.pattern().match(new EventType(type)).isPresent())
              .toList();
      if (taken.isEmpty()) {
        untried.add(pattern);
      }
      // In the order of the routes, as people wrote them.
      taken.stream().filter(routed::add).forEach(type -> cases.add(of(topology, type, account)));
    }
    if (!routed.contains(USUALLY_UNLISTED)) {
      cases.add(of(topology, USUALLY_UNLISTED, account));
    } else {
      EventTypes.all().stream()
          .filter(type -> !routed.contains(type))
          .findFirst()
          .ifPresent(type -> cases.add(of(topology, type, account)));
    }
    return new Selection(cases, List.copyOf(untried));
  }

  private static String known(String type) {
    if (!EventTypes.isKnown(type)) {
      throw new IllegalArgumentException(
          "Stripe has no event type '%s'%s"
              .formatted(
                  type,
                  Suggestion.nearest(type, EventTypes.all())
                      .map(near -> "; did you mean '" + near + "'?")
                      .orElse("")));
    }
    return type;
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
