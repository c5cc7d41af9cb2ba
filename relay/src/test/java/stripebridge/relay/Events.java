package stripebridge.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import stripebridge.core.config.MessageSettings;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.routing.EventPattern;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.routing.TopicTemplate;
import stripebridge.core.testing.DesignRoutes;

/// Events as the webhook handler appends them.
final class Events {
  static final Instant RECEIVED_AT = Instant.parse("2026-11-20T10:00:00.123Z");
  static final MessageComposer COMPOSER = composer(DesignRoutes.table(Unlisted.UNROUTABLE));

  private static final String BODY =
      """
      {"id":"%s","object":"event","type":"%s","created":1790000000,"livemode":true,
      "api_version":"2026-07-29.dahlia","data":{"object":{"id":"ch_1","object":"charge",
      "customer":"%s","amount":1200}}}\
      """;

  private Events() {}

  static MessageComposer composer(RoutingTable routes) {
    return new MessageComposer(
        routes, new MessageSettings("acct_own", Duration.ofMinutes(5), true), "1.2.3");
  }

  static ReceivedEvent charge(String id, String account) {
    return event(id, "charge.succeeded", account);
  }

  /// @param customer the partition key
  static ReceivedEvent charge(String id, String account, String customer) {
    return event(id, "charge.succeeded", account, BODY.formatted(id, "charge.succeeded", customer));
  }

  static ReceivedEvent event(String id, String type, String account) {
    return event(id, type, account, BODY.formatted(id, type, "cus_1"));
  }

  static ReceivedEvent event(String id, String type, String account, String body) {
    return new ReceivedEvent(
        new EventId(id), new EventType(type), account, RECEIVED_AT, body.getBytes(UTF_8));
  }

  /// Routes that lead [#charge] to [#otherTopic].
  static RoutingTable otherRoutes() {
    return new RoutingTable(
        List.of(
            new RoutingTable.Route(
                new EventPattern("charge.*"), new TopicTemplate("stripe/webhook/v1/other"))),
        Unlisted.UNROUTABLE);
  }

  static String otherTopic(String account) {
    return "stripe/webhook/v1/other/" + account;
  }

  /// The topic of [#charge].
  static String chargeTopic(String account) {
    return "stripe/webhook/v1/charge/succeeded/" + account;
  }
}
