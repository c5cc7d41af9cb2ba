package stripebridge.cli.validate.evidence;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.Topic;

/// By how much each counter must rise, from the answers to what was posted. A wrong answer is thus
/// reported once, by its own check.
public final class ExpectedCounts {
  private final Set<String> ownTypes;
  private final Map<Series, Long> expected = new HashMap<>();

  /// Starts with no posted event.
  ///
  /// @param routes the types that they name have their own series; all others count as `other`
  public ExpectedCounts(RoutingTable routes) {
    ownTypes =
        routes.routes().stream()
            .map(route -> route.pattern().text())
            .filter(pattern -> !pattern.endsWith(".*"))
            .collect(Collectors.toUnmodifiableSet());
  }

  /// A new event was accepted: it must be published once.
  public void accepted(String type, Topic topic) {
    genuine(type);
    add(Metric.PROCESSED.series("event_type", label(type), "success"));
    add(Metric.ATTEMPTS.series("topic", topic.withoutAccount(), "acked"));
    add(Metric.DURATION.series("event_type", label(type)));
  }

  /// An event was reported as a duplicate.
  public void duplicate(String type) {
    genuine(type);
    add(Metric.PROCESSED.series("event_type", label(type), "duplicate"));
  }

  /// A genuine event was not accepted: the inbox is full or unavailable.
  public void genuine(String type) {
    add(Metric.RECEIVED.series("event_type", label(type)));
    add(Metric.VERIFIED.series());
  }

  /// A signature, header or timestamp was refused.
  public void refused() {
    add(Metric.RECEIVED.series("event_type", Metric.UNVERIFIED));
    add(Metric.INVALID.series());
  }

  private void add(Series series) {
    expected.merge(series, 1L, Long::sum);
  }

  private String label(String type) {
    return ownTypes.contains(type) ? type : "other";
  }

  /// The expected rise of each counter; all others must not change.
  public Map<Series, Long> expected() {
    return Map.copyOf(expected);
  }
}
