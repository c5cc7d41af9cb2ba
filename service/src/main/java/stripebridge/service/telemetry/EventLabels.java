package stripebridge.service.telemetry;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import stripebridge.core.event.EventType;
import stripebridge.core.routing.RoutingTable;

/// The values that labels may take. Each is a series that is kept for good, so that only known ones
/// are taken: whoever knows an endpoint secret could otherwise fill the memory.
final class EventLabels {
  /// Any type that no route names.
  static final String OTHER = "other";

  /// What was not signed with one of our secrets.
  static final String UNVERIFIED = "unverified";

  // More than Stripe has types. Topics are made of types where unlisted ones go by type.
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
