package stripebridge.service.telemetry;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
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

  private final Set<String> types;
  private final Set<String> topics = ConcurrentHashMap.newKeySet();

  EventLabels(RoutingTable routes) {
    types =
        routes.routes().stream()
            .map(route -> route.pattern().text())
            .filter(pattern -> !pattern.endsWith(".*"))
            .collect(Collectors.toUnmodifiableSet());
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
