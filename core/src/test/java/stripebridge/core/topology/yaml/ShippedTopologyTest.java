package stripebridge.core.topology.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import stripebridge.core.routing.EventPattern;
import stripebridge.core.routing.RoutingTable.Route;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.routing.TopicTemplate;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.AttributeValue.Flag;
import stripebridge.core.topology.model.AttributeValue.SecretReference;
import stripebridge.core.topology.model.AttributeValue.Text;
import stripebridge.core.topology.model.AttributeValue.Whole;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.ClientProfileSpec;
import stripebridge.core.topology.model.ClientUsernameSpec;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.model.Topology.Manages;

class ShippedTopologyTest {
  private static final String ROOT = "stripe/webhook/v1/";
  private static final Map<String, AttributeValue> INBOUND =
      Map.of(
          "accessType", new Text("non-exclusive"),
          "permission", new Text("consume"),
          "ingressEnabled", new Flag(true),
          "egressEnabled", new Flag(true),
          "maxMsgSpoolUsage", new Whole(5000),
          "maxRedeliveryCount", new Whole(5),
          "deadMsgQueue", new Text("stripe.errors.dmq"),
          "respectTtlEnabled", new Flag(true),
          "rejectMsgToSenderOnDiscardBehavior", new Text("always"));

  private final Topology topology =
      TopologyReader.read(ShippedTopology.FILE, ShippedTopology.text());

  @Test
  void routesTheFifteenTypes() {
    assertThat(topology.routing().routes())
        .containsExactly(
            route("payment_intent.succeeded", "payment_intent/succeeded"),
            route("payment_intent.payment_failed", "payment_intent/payment_failed"),
            route("customer.subscription.created", "subscription/created"),
            route("customer.subscription.updated", "subscription/updated"),
            route("customer.subscription.deleted", "subscription/deleted"),
            route("invoice.payment_succeeded", "invoice/payment_succeeded"),
            route("invoice.payment_failed", "invoice/payment_failed"),
            route("invoice.finalized", "invoice/finalized"),
            route("charge.succeeded", "charge/succeeded"),
            route("charge.failed", "charge/failed"),
            route("charge.dispute.created", "charge/dispute/created"),
            route("customer.created", "customer/created"),
            route("customer.deleted", "customer/deleted"),
            route("checkout.session.completed", "checkout/session/completed"),
            route("payout.failed", "payout/failed"));
    assertThat(topology.routing().unlisted()).isEqualTo(Unlisted.UNROUTABLE);
  }

  @Test
  void hasFiveInboundQueuesAndTheirDeadMessageQueue() {
    assertThat(topology.objects().queues())
        .containsExactly(
            inbound("stripe.payments.inbound", ROOT + "payment_intent/>"),
            inbound("stripe.subscriptions.inbound", ROOT + "subscription/>"),
            inbound("stripe.invoices.inbound", ROOT + "invoice/>"),
            inbound("stripe.customers.inbound", ROOT + "customer/>"),
            inbound("stripe.all.inbound", ROOT + ">"),
            new QueueSpec(
                "stripe.errors.dmq",
                Map.of(
                    "accessType", new Text("non-exclusive"),
                    "permission", new Text("consume"),
                    "ingressEnabled", new Flag(true),
                    "egressEnabled", new Flag(true),
                    "maxMsgSpoolUsage", new Whole(5000),
                    "maxRedeliveryCount", new Whole(0),
                    "deadMsgQueue", new Text(""),
                    "respectTtlEnabled", new Flag(false),
                    "rejectMsgToSenderOnDiscardBehavior", new Text("always")),
                Set.of()));
  }

  @Test
  void letsTheBridgePublishItsTopicsAndNothingElse() {
    assertThat(topology.objects().clientProfiles())
        .containsExactly(
            new ClientProfileSpec(
                "stripe-bridge-client-profile",
                false,
                Map.of(
                    "allowGuaranteedMsgSendEnabled", new Flag(true),
                    "allowGuaranteedMsgReceiveEnabled", new Flag(true),
                    "rejectMsgToSenderOnNoSubscriptionMatchEnabled", new Flag(true))));
    assertThat(topology.objects().aclProfiles())
        .containsExactly(
            new AclProfileSpec(
                "stripe-bridge-acl",
                false,
                Map.of(
                    "clientConnectDefaultAction", new Text("allow"),
                    "publishTopicDefaultAction", new Text("disallow"),
                    "subscribeTopicDefaultAction", new Text("disallow")),
                Set.of(publish(ROOT + ">"))));
    assertThat(topology.objects().clientUsernames())
        .containsExactly(
            new ClientUsernameSpec(
                "stripe-bridge-user",
                Map.of(
                    "clientProfileName", new Text("stripe-bridge-client-profile"),
                    "aclProfileName", new Text("stripe-bridge-acl"),
                    "enabled", new Flag(true),
                    "password", new SecretReference("SOLACE_PASSWORD"))));
  }

  @Test
  void managesItsOwnObjectsAndNoOthers() {
    Manages manages = topology.manages();
    assertThat(manages.covers(ObjectKind.QUEUE, "stripe.old.inbound")).isTrue();
    assertThat(manages.covers(ObjectKind.QUEUE, "orders")).isFalse();
    assertThat(manages.covers(ObjectKind.CLIENT_PROFILE, "default")).isFalse();
    assertThat(topology.objects().queues())
        .allMatch(queue -> manages.covers(ObjectKind.QUEUE, queue.name()));
  }

  @Test
  void givesTheOperatorTheQueuesThemselvesOnceUncommented() {
    BrokerObjects objects =
        TopologyReader.read(ShippedTopology.FILE, ShippedTopology.withOperator()).objects();
    assertThat(objects.aclProfiles().getLast().exceptions())
        .isEqualTo(Set.of(publish(ROOT + ">"), publish("#P2P/QUE/stripe.*")));
    assertThat(objects.clientUsernames().getLast().name()).isEqualTo("stripe-bridge-operator");
    assertThat(List.of(objects.clientProfiles().size(), objects.clientUsernames().size()))
        .isEqualTo(List.of(2, 2));
  }

  private static Route route(String type, String topic) {
    return new Route(new EventPattern(type), new TopicTemplate(ROOT + topic));
  }

  private static QueueSpec inbound(String name, String subscription) {
    return new QueueSpec(name, INBOUND, Set.of(subscription));
  }

  private static AclException publish(String topic) {
    return new AclException(AclException.Kind.PUBLISH_TOPIC, AclException.Syntax.SMF, topic);
  }
}
