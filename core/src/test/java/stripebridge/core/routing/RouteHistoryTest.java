package stripebridge.core.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import stripebridge.core.event.EventType;
import stripebridge.core.routing.RoutingTable.Order;
import stripebridge.core.routing.RoutingTable.Route;
import stripebridge.core.routing.RoutingTable.Unlisted;

class RouteHistoryTest {
  private static final EventType FAILED = new EventType("charge.failed");

  private static RoutingTable charges(String name, Order order) {
    return new RoutingTable(
        List.of(
            new Route(
                new EventPattern("charge.*"),
                new TopicTemplate("stripe/webhook/v1/" + name),
                order)),
        Unlisted.UNROUTABLE);
  }

  private static String topic(RoutingTable.Routing routing) {
    return routing.topic().name();
  }

  @Test
  void leadsNewEventsWhereTheNewestRoutesSay() {
    RouteHistory routes =
        RouteHistory.of(charges("old", Order.KEY)).with(charges("new", Order.KEY));

    assertThat(topic(routes.route(FAILED, "acct_1"))).isEqualTo("stripe/webhook/v1/new/acct_1");
    assertThat(routes.current()).isEqualTo(charges("new", Order.KEY));
  }

  @Test
  void leadsHeldEventsToTheirOwnTopic() {
    RouteHistory routes =
        RouteHistory.of(charges("old", Order.TOPIC)).with(charges("new", Order.KEY));

    RoutingTable.Routing held = routes.route(FAILED, "acct_1", "stripe/webhook/v1/old/acct_1");
    assertThat(topic(held)).isEqualTo("stripe/webhook/v1/old/acct_1");
    assertThat(held.isOrderedByTopic()).isTrue();
    assertThat(topic(routes.route(FAILED, "acct_1", "stripe/webhook/v1/new/acct_1")))
        .isEqualTo("stripe/webhook/v1/new/acct_1");
  }

  /// As after a restart, which knows no former routes.
  @Test
  void leadsAnEventHeldUnderAnUnknownTopicWhereTheNewestRoutesSay() {
    RouteHistory routes = RouteHistory.of(charges("new", Order.KEY));

    assertThat(topic(routes.route(FAILED, "acct_1", "stripe/webhook/v1/old/acct_1")))
        .isEqualTo("stripe/webhook/v1/new/acct_1");
  }

  @Test
  void keepsTheOrderOfEachTopic() {
    RouteHistory routes =
        RouteHistory.of(charges("one", Order.KEY))
            .with(charges("two", Order.TOPIC))
            .with(charges("one", Order.TOPIC));

    assertThat(routes.route(FAILED, "acct_1").isOrderedByTopic()).isFalse();
    assertThat(routes.otherOrders(charges("one", Order.TOPIC)))
        .containsExactly(new TopicTemplate("stripe/webhook/v1/one"));
    assertThat(routes.otherOrders(charges("two", Order.TOPIC))).isEmpty();
    assertThat(routes.otherOrders(charges("three", Order.TOPIC))).isEmpty();
  }

  /// The file has changed elsewhere: in its queues, for instance.
  @Test
  void forgetsNothingForRoutesThatStay() {
    RouteHistory routes =
        RouteHistory.of(charges("first", Order.KEY)).with(charges("second", Order.KEY));
    for (int i = 0; i < 20; i++) {
      routes = routes.with(charges("second", Order.KEY));
    }

    assertThat(routes.tables()).hasSize(2);
    assertThat(topic(routes.route(FAILED, "a", "stripe/webhook/v1/first/a")))
        .isEqualTo("stripe/webhook/v1/first/a");
  }

  @Test
  void forgetsTheOldest() {
    RouteHistory routes = RouteHistory.of(charges("first", Order.KEY));
    for (int i = 0; i < 20; i++) {
      routes = routes.with(charges("t" + i, Order.KEY));
    }

    assertThat(routes.tables()).hasSize(16);
    assertThat(topic(routes.route(FAILED, "a", "stripe/webhook/v1/t4/a")))
        .isEqualTo("stripe/webhook/v1/t4/a");
    assertThat(topic(routes.route(FAILED, "a", "stripe/webhook/v1/first/a")))
        .isEqualTo("stripe/webhook/v1/t19/a");
  }
}
