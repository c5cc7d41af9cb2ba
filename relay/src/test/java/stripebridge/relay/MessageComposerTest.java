package stripebridge.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stripebridge.core.broker.OutgoingMessage;
import stripebridge.core.config.MessageSettings;
import stripebridge.core.event.EventId;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.routing.EventPattern;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.routing.TopicTemplate;
import stripebridge.relay.ComposedMessage.Publishable;
import stripebridge.relay.ComposedMessage.Unpublishable;

class MessageComposerTest {

  @Test
  void givesTheMessageWhatTheContractNames() {
    OutgoingMessage message = message(Events.charge("evt_1", "acct_7"));

    assertThat(message.topic()).isEqualTo("stripe/webhook/v1/charge/succeeded/acct_7");
    assertThat(message.eventId().text()).isEqualTo("evt_1");
    assertThat(message.partitionKey()).isEqualTo("cus_1");
    assertThat(message.timeToLive()).isEqualTo(Duration.ofMinutes(5));
    assertThat(message.dmqEligible()).isTrue();
    assertThat(message.userProperties())
        .isEqualTo(
            Map.of(
                "stripe_api_version", "2026-07-29.dahlia",
                "stripe_account_id", "acct_7",
                "event_created_at", "2026-09-21T14:13:20Z",
                "bridge_received_at", "2026-11-20T10:00:00.123Z",
                "event_type", "charge.succeeded",
                "livemode", true));
    assertThat(new String(message.payload(), UTF_8))
        .contains("\"event_id\":\"evt_1\"")
        .contains("\"bridge_version\":\"1.2.3\"")
        .contains("\"account_id\":\"acct_7\"");
  }

  @Test
  void leavesOutWhatTheEventLacks() {
    String body = "{\"id\":\"evt_1\",\"type\":\"charge.failed\",\"data\":{\"object\":{}}}";
    OutgoingMessage message = message(Events.event("evt_1", "charge.failed", "acct_7", body));

    assertThat(message.userProperties())
        .containsOnlyKeys("stripe_account_id", "bridge_received_at", "event_type");
  }

  /// Consumers use the message id; the envelope keeps Stripe's id.
  @Test
  void givesAConflictTheMessageIdThatItIsKeptUnder() {
    OutgoingMessage message =
        message(Events.charge("evt_1", "acct_7").withId(new EventId("evt_1-2")));
    assertThat(message.eventId().text()).isEqualTo("evt_1-2");
    assertThat(new String(message.payload(), UTF_8)).contains("\"event_id\":\"evt_1\"");
  }

  @Test
  void marksWhatValidateSends() {
    OutgoingMessage message = message(Events.charge("evt_e2e_1", "acct_e2e"));
    assertThat(message.userProperties()).containsEntry("synthetic", true);
  }

  @Test
  void makesTheSameMessageOfTheSameEntry() {
    ReceivedEvent event = Events.charge("evt_1", "acct_7");
    assertThat(message(event).payload()).isEqualTo(message(event).payload());
  }

  @Test
  void namesTheTopicWithoutItsAccount() {
    assertThat(publishable(Events.charge("evt_1", "acct_7")).topicLabel())
        .isEqualTo("stripe/webhook/v1/charge/succeeded");
  }

  @Test
  void sendsAnAccountThatIsNoTopicLevelToUnroutable() {
    assertThat(message(Events.charge("evt_1", "acct/7")).topic())
        .isEqualTo("stripe/webhook/v1/error/unroutable/unknown");
  }

  @Test
  void parksWhatCannotBeNormalized() {
    String body = "{\"id\":\"evt_1\",\"type\":\"charge.failed\",\"data\":{\"object\":{\"a\":1";
    assertThat(
            Events.COMPOSER.compose(intact(Events.event("evt_1", "charge.failed", "acct_7", body))))
        .isInstanceOfSatisfying(
            Unpublishable.class,
            unpublishable -> {
              assertThat(unpublishable.sequence()).isEqualTo(42);
              assertThat(unpublishable.eventId()).isEqualTo("evt_1");
              assertThat(unpublishable.eventType()).isEqualTo("charge.failed");
              assertThat(unpublishable.reason()).isEqualTo(ParkReason.UNREADABLE);
              assertThat(unpublishable.detail()).isNotEmpty();
            });
  }

  @Test
  void parksWhatIsDamaged() {
    assertThat(Events.COMPOSER.compose(new Claim.Damaged(42, "evt_?", "checksum differs")))
        .isEqualTo(new Unpublishable(42, "evt_?", "", ParkReason.DAMAGED, "checksum differs"));
  }

  private static OutgoingMessage message(ReceivedEvent event) {
    return publishable(event).message();
  }

  private static Publishable publishable(ReceivedEvent event) {
    return (Publishable) Events.COMPOSER.compose(intact(event));
  }

  private static Claim intact(ReceivedEvent event) {
    return new Claim.Intact(new InboxEntry(42, event, 0, 0));
  }

  @Test
  void givesAllMessagesOfAnOrderedTopicOneKey() {
    RoutingTable.Route route =
        new RoutingTable.Route(
            new EventPattern("charge.succeeded"),
            new TopicTemplate("stripe/webhook/v1/charge/succeeded"),
            RoutingTable.Order.TOPIC);
    MessageComposer ordered =
        new MessageComposer(
            new RoutingTable(List.of(route), Unlisted.UNROUTABLE),
            new MessageSettings("acct_own", Duration.ZERO, true),
            "1.2.3");
    InboxEntry entry = new InboxEntry(1, Events.charge("evt_1", "acct_1", "cus_9"), 0, 0);
    assertThat(ordered.compose(new Claim.Intact(entry)))
        .isInstanceOfSatisfying(
            ComposedMessage.Publishable.class,
            message -> {
              assertThat(message.orderKey()).isEmpty();
              assertThat(message.message().partitionKey()).isEqualTo("cus_9");
            });
    assertThat(Events.COMPOSER.compose(new Claim.Intact(entry)))
        .isInstanceOfSatisfying(
            ComposedMessage.Publishable.class,
            message -> assertThat(message.orderKey()).isEqualTo("cus_9"));
  }
}
