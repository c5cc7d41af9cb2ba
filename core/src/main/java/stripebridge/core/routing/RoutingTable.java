package stripebridge.core.routing;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.event.EventType;

/// The routes of a topology, in order: the first that matches an event type wins.
///
/// @param routes in order of precedence
/// @param unlisted where events of all other types go
public record RoutingTable(List<Route> routes, Unlisted unlisted) {
  public RoutingTable {
    routes = List.copyOf(routes);
  }

  /// Decides where an event goes; the topic is always legal.
  ///
  /// @param account the account that the event is about
  public Routing route(EventType type, String account) {
    for (Route route : routes) {
      Optional<String> rest = route.pattern().match(type);
      if (rest.isPresent()) {
        return route
            .topic()
            .topic(rest.get(), account)
            .map(topic -> new Routing(topic, route))
            // An account that is not a legal topic level must not silently turn a known type into
            // an unknown one, so the result still names the route.
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

  /// One rule: events that match the pattern go to the topic.
  ///
  /// @param order which of the topic's messages are published in order
  public record Route(EventPattern pattern, TopicTemplate topic, Order order) {
    /// A route with the default order.
    public Route(EventPattern pattern, TopicTemplate topic) {
      this(pattern, topic, Order.KEY);
    }
  }

  /// Which messages of a topic are published in the order of acceptance.
  public enum Order {
    /// Those with the same partition key, such as one customer's. Others are in flight together.
    KEY,
    /// All of them. Each waits for the acknowledgement of the one before it, so the topic is as
    /// fast as one message a round trip.
    TOPIC
  }

  /// Where an event goes, and why.
  ///
  /// @param route the route that matched; null when none did
  public record Routing(Topic topic, @Nullable Route route) {
    /// Whether all messages of the topic are published in order.
    public boolean isOrderedByTopic() {
      return route != null && route.order() == Order.TOPIC;
    }
  }

  /// Where events go whose type no route matches.
  public enum Unlisted {
    /// To `…/error/unroutable`, which only the audit queue receives.
    UNROUTABLE,
    /// To a topic named after the type, as if each type had a route.
    BY_TYPE
  }
}
