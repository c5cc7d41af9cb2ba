package stripebridge.core.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stripebridge.core.routing.EventPattern;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Route;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.routing.TopicTemplate;

/// The routes that every deployment starts with.
public final class DesignRoutes {
  /// Event types to their topics without `stripe/webhook/v1/` and without the account.
  public static final Map<String, String> TOPICS = topics();

  private DesignRoutes() {}

  /// These routes, one by one.
  public static RoutingTable table(Unlisted unlisted) {
    List<Route> routes = new ArrayList<>();
    TOPICS.forEach((type, topic) ->
        routes.add(
            new Route(new EventPattern(type), new TopicTemplate("stripe/webhook/v1/" + topic))));
    return new RoutingTable(routes, unlisted);
  }

  private static Map<String, String> topics() {
    Map<String, String> topics = new LinkedHashMap<>();
    topics.put("payment_intent.succeeded", "payment_intent/succeeded");
    topics.put("payment_intent.payment_failed", "payment_intent/payment_failed");
    topics.put("customer.subscription.created", "subscription/created");
    topics.put("customer.subscription.updated", "subscription/updated");
    topics.put("customer.subscription.deleted", "subscription/deleted");
    topics.put("invoice.payment_succeeded", "invoice/payment_succeeded");
    topics.put("invoice.payment_failed", "invoice/payment_failed");
    topics.put("invoice.finalized", "invoice/finalized");
    topics.put("charge.succeeded", "charge/succeeded");
    topics.put("charge.failed", "charge/failed");
    topics.put("charge.dispute.created", "charge/dispute/created");
    topics.put("customer.created", "customer/created");
    topics.put("customer.deleted", "customer/deleted");
    topics.put("checkout.session.completed", "checkout/session/completed");
    topics.put("payout.failed", "payout/failed");
    return topics;
  }
}
