package stripebridge.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.OutgoingMessage;
import stripebridge.core.config.MessageSettings;
import stripebridge.core.event.EventReader;
import stripebridge.core.event.EventReading;
import stripebridge.core.event.StripeEvent;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.normalization.Envelope;
import stripebridge.core.normalization.Normalization;
import stripebridge.core.normalization.Normalizer;
import stripebridge.core.normalization.Receipt;
import stripebridge.core.routing.RouteHistory;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.Topic;
import stripebridge.core.routing.TopicTemplate;

/// Builds the message of a claimed entry: topic, envelope and properties. The same entry gives the
/// same message each time, until the routes change. Thread-safe.
public final class MessageComposer {
  /// The key of all messages of a topic that is in order as a whole.
  private static final String WHOLE_TOPIC = "";

  private volatile RouteHistory routes;
  private final MessageSettings settings;
  private final String bridgeVersion;

  /// @param bridgeVersion for each envelope
  public MessageComposer(RoutingTable routes, MessageSettings settings, String bridgeVersion) {
    this.routes = RouteHistory.of(routes);
    this.settings = settings;
    this.bridgeVersion = bridgeVersion;
  }

  /// From now on, other routes lead events to their topics. Those that are held keep theirs.
  ///
  /// @return topics whose order differs in these routes; it changes with the next start
  public synchronized List<TopicTemplate> use(RoutingTable next) {
    RouteHistory before = routes;
    routes = before.with(next);
    return before.otherOrders(next);
  }

  /// The message of an entry that is not held.
  ComposedMessage compose(Claim claim) {
    return compose(claim, null);
  }

  /// The message of an entry.
  ///
  /// @param heldTopic the topic that it is held under, or was the trial entry of; null for none
  ComposedMessage compose(Claim claim, @Nullable String heldTopic) {
    return switch (claim) {
      case Claim.Intact(InboxEntry entry) -> compose(entry, heldTopic);
      case Claim.Damaged(long sequence, String eventId, String reason) ->
          new ComposedMessage.Unpublishable(sequence, eventId, "", ParkReason.DAMAGED, reason);
    };
  }

  private ComposedMessage compose(InboxEntry entry, @Nullable String heldTopic) {
    try {
      return switch (EventReader.read(entry.event().body())) {
        case EventReading.Identified(StripeEvent event) -> compose(entry, event, heldTopic);
        case EventReading.Unidentified(String reason) -> unreadable(entry, reason);
      };
    } catch (RuntimeException e) {
      // One event that we cannot handle must not stop all others, now and after each restart. The
      // exception's message is not kept: it may quote the event.
      StackTraceElement[] trace = e.getStackTrace();
      String where = trace.length == 0 ? "" : " at " + trace[0];
      return unreadable(entry, "a bug of the bridge: " + e.getClass().getName() + where);
    }
  }

  private ComposedMessage compose(InboxEntry entry, StripeEvent event, @Nullable String heldTopic) {
    ReceivedEvent received = entry.event();
    // Every copy of a message has the same trace id: it follows the event, not the attempt.
    UUID traceId = UUID.nameUUIDFromBytes(received.id().text().getBytes(UTF_8));
    Receipt receipt =
        new Receipt(received.receivedAt(), received.account(), bridgeVersion, traceId);
    return switch (Normalizer.normalize(event, received.body(), receipt)) {
      case Normalization.Normalized(Envelope envelope) ->
          publishable(entry, event, envelope, heldTopic);
      case Normalization.Unreadable(String reason) -> unreadable(entry, reason);
    };
  }

  private ComposedMessage publishable(
      InboxEntry entry, StripeEvent event, Envelope envelope, @Nullable String heldTopic) {
    ReceivedEvent received = entry.event();
    // The row of an older release may lack the account that the event names.
    String account = event.accountOr(received.account());
    RoutingTable.Routing routing =
        heldTopic == null
            ? routes.route(received.type(), account)
            : routes.route(received.type(), account, heldTopic);
    Topic topic = routing.topic();
    OutgoingMessage message =
        new OutgoingMessage(
            topic.name(),
            received.id(),
            envelope.toJson(),
            userProperties(received, account, event, envelope),
            event.partitionKey(),
            settings.timeToLive(),
            settings.dmqEligible());
    return new ComposedMessage.Publishable(
        entry.sequence(),
        received.type(),
        routing.isOrderedByTopic() ? WHOLE_TOPIC : event.partitionKey(),
        topic.withoutAccount(),
        received.receivedAt(),
        entry.refusals(),
        entry.permanentRefusals(),
        message);
  }

  private static Map<String, Object> userProperties(
      ReceivedEvent received, String account, StripeEvent event, Envelope envelope) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("event_type", received.type().text());
    properties.put("stripe_account_id", account);
    properties.put("bridge_received_at", envelope.bridgeReceivedAt().toString());
    putIfKnown(properties, "stripe_api_version", event.apiVersion());
    putIfKnown(properties, "event_created_at", event.created());
    if (event.livemode() != null) {
      properties.put("livemode", event.livemode());
    }
    if (received.id().isSynthetic()) {
      properties.put("synthetic", true);
    }
    return properties;
  }

  private static void putIfKnown(
      Map<String, Object> properties, String name, @Nullable Object value) {
    if (value != null) {
      properties.put(name, value.toString());
    }
  }

  private static ComposedMessage unreadable(InboxEntry entry, String reason) {
    return new ComposedMessage.Unpublishable(
        entry.sequence(),
        entry.event().id().text(),
        entry.event().type().text(),
        ParkReason.UNREADABLE,
        reason);
  }
}
