package stripebridge.service.telemetry;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stripebridge.core.event.EventType;
import stripebridge.core.routing.RoutingTable;

/// The values of labels. Prometheus keeps each series for good, so only known values are used:
/// otherwise anyone who knows an endpoint secret could fill the memory.
final class EventLabels {
  /// Any type that no route names.
  static final String OTHER = "other";

  /// A webhook whose signature is not ours.
  static final String UNVERIFIED = "unverified";

  // More than Stripe has types. Unlisted types have topics of their own when they are routed by
  // type.
  private static final int TOPICS_MAX = 500;

  private volatile Set<String> types;
  private final Set<String> topics = ConcurrentHashMap.newKeySet();

  EventLabels(RoutingTable routes) {
    types = types(routes).collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<String> types(RoutingTable routes) {
    return routes.routes().stream()
        .map(route -> route.pattern().text())
        .filter(pattern -> !pattern.endsWith(".*"));
  }

  /// Adds the types that these routes name. A series that has begun goes on.
  synchronized void add(RoutingTable routes) {
    types = Stream.concat(types.stream(), types(routes)).collect(Collectors.toUnmodifiableSet());
  }

  Set<String> types() {
    return types;
  }

  String of(EventType type) {
    return of(type.text());
  }

  String of(String type) {
    return types.contains(type) ? type : OTHER;
  }

  String ofTopic(String topicWithoutAccount) {
    if (topics.contains(topicWithoutAccount)) {
      return topicWithoutAccount;
    }
    return topics.size() < TOPICS_MAX && topics.add(topicWithoutAccount)
        ? topicWithoutAccount
        : OTHER;
  }
}
