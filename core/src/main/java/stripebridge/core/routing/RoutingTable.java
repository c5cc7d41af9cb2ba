package stripebridge.core.routing;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.event.EventType;

/// The routes of a topology, in order: the first that takes a type decides.
///
/// @param routes the rules, first match first
/// @param unlisted what becomes of all other types
public record RoutingTable(List<Route> routes, Unlisted unlisted) {
  public RoutingTable {
    routes = List.copyOf(routes);
  }

  /// Where an event goes; always a legal topic.
  ///
  /// @param account the account the event is about
  public Routing route(EventType type, String account) {
    for (Route route : routes) {
      Optional<String> rest = route.pattern().match(type);
      if (rest.isPresent()) {
        return route
            .topic()
            .topic(rest.get(), account)
            .map(topic -> new Routing(topic, route))
            // An account that is no legal level must not turn a known type into an unknown one
            // without saying so: the rule stays named.
            .orElseGet(() -> new Routing(Topic.unroutable(account), route));
      }
    }
    return new Routing(unlistedTopic(type, account), null);
  }

  private Topic unlistedTopic(EventType type, String account) {
    return switch (unlisted) {
      case UNROUTABLE -> Topic.unroutable(account);
      case BY_TYPE ->
          TopicTemplate.BY_TYPE
              .topic(type.text(), account)
              .orElseGet(() -> Topic.unroutable(account));
    };
  }

  /// One rule: events of these types go to that topic.
  public record Route(EventPattern pattern, TopicTemplate topic) {}

  /// Where an event goes, and by which rule.
  ///
  /// @param route the rule that took it; absent when none did
  public record Routing(Topic topic, @Nullable Route route) {}

  /// What becomes of event types that no route takes.
  public enum Unlisted {
    /// They go to `…/error/unroutable`, where only the audit queue listens.
    UNROUTABLE,
    /// They go to a topic of their own name, as if each had a route.
    BY_TYPE
  }
}
