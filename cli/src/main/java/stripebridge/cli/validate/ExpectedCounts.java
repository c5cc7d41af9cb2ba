package stripebridge.cli.validate;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.Topic;

/// What was posted and how it was answered: so much every counter has to rise. By the answers, so
/// that one that is wrong is told once, where it is judged.
final class ExpectedCounts {
  private final Set<String> ownTypes;
  private final Map<Series, Long> expected = new HashMap<>();

  /// @param routes the types that they name have series of their own; all others count as `other`
  ExpectedCounts(RoutingTable routes) {
    ownTypes =
        routes.routes().stream()
            .map(route -> route.pattern().text())
            .filter(pattern -> !pattern.endsWith(".*"))
            .collect(Collectors.toUnmodifiableSet());
  }

  /// A new event was taken: it has to be published, once.
  void accepted(String type, Topic topic) {
    genuine(type);
    add(Metric.PROCESSED.series("event_type", label(type), "success"));
    add(Metric.ATTEMPTS.series("topic", topic.withoutAccount(), "acked"));
    add(Metric.DURATION.series("event_type", label(type)));
  }

  /// It was said to be held already.
  void duplicate(String type) {
    genuine(type);
    add(Metric.PROCESSED.series("event_type", label(type), "duplicate"));
  }

  /// It was found genuine, and not taken: the inbox is full, or away.
  void genuine(String type) {
    add(Metric.RECEIVED.series("event_type", label(type)));
    add(Metric.VERIFIED.series());
  }

  /// Its signature, header or clock was refused.
  void refused() {
    add(Metric.RECEIVED.series("event_type", Metric.UNVERIFIED));
    add(Metric.INVALID.series());
  }

  private void add(Series series) {
    expected.merge(series, 1L, Long::sum);
  }

  private String label(String type) {
    return ownTypes.contains(type) ? type : "other";
  }

  /// By how much each counter has to rise; all others by nothing.
  Map<Series, Long> expected() {
    return Map.copyOf(expected);
  }
}
