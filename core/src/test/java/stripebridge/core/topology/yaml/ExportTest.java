package stripebridge.core.topology.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.testing.Seed;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.AttributeValue.Text;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.ClientUsernameSpec;
import stripebridge.core.topology.model.FoundTopology;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.SempVersion;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.plan.ModelBroker;
import stripebridge.core.topology.plan.Plan;
import stripebridge.core.topology.plan.RandomTopology;

class ExportTest {
  private static final SempVersion NEW = new SempVersion(2, 49);
  private static final RoutingTable NO_ROUTES = new RoutingTable(List.of(), Unlisted.UNROUTABLE);

  private static String exported(BrokerObjects found, String... prefixes) {
    Export.Exported exported =
        Export.of(new FoundTopology(NEW, found), List.of(prefixes), NO_ROUTES);
    return TopologyWriter.write(List.of("Exported."), exported.topology(), exported.comments());
  }

  /// A plan from an exported file to the same broker is empty.
  @Test
  void leavesNothingToDo() {
    RandomGenerator random = Seed.random("ExportTest");
    Set<Boolean> empty = new HashSet<>();
    for (int i = 0; i < Seed.rounds(100); i++) {
      SempVersion version = new SempVersion(2, random.nextInt(50));
      ModelBroker broker = new ModelBroker(version);
      RandomTopology topologies = new RandomTopology(random);
      for (int run = 0; run < 2; run++) {
        Topology one = legal(topologies.topology(false));
        broker.apply(Plan.of(one, broker.found(), new Plan.Options(true, true)), random);
      }
      Export.Exported exported = Export.of(broker.found(), List.of("ours"), NO_ROUTES);
      String yaml = TopologyWriter.write(List.of(), exported.topology(), exported.comments());
      Topology read = TopologyReader.read("t", yaml);

      assertThat(read).as(yaml).isEqualTo(exported.topology());
      Plan plan = Plan.of(read, broker.found(), new Plan.Options(true, false));
      assertThat(plan.isSettled()).as("case %d: %s of %s", i, plan, yaml).isTrue();
      assertThat(plan.leftOut()).isEmpty();
      empty.add(plan.changes().isEmpty());
    }
    assertThat(empty).as("most brokers had something to export").contains(false);
  }

  /// The generator's exceptions are all topics; those that a file cannot express are removed.
  private static Topology legal(Topology topology) {
    BrokerObjects objects = topology.objects();
    return new Topology(
        topology.routing(),
        new BrokerObjects(
            objects.clientProfiles(),
            objects.aclProfiles().stream()
                .map(profile ->
                    new AclProfileSpec(
                        profile.name(),
                        profile.external(),
                        profile.attributes(),
                        new HashSet<>(
                            profile.exceptions().stream()
                                .filter(exception -> ObjectReader.problem(exception).isEmpty())
                                .toList())))
                .toList(),
            objects.clientUsernames(),
            objects.queues()),
        topology.manages(),
        topology.accept());
  }

  @Test
  void writesTheShippedTopologyReadably() {
    Topology shipped = TopologyReader.read(ShippedTopology.FILE, ShippedTopology.text());
    assertThat(exported(shipped.objects(), "stripe"))
        .isEqualTo(
            """
            # Exported.
            version: 1

            unlisted: unroutable

            queueDefaults:
              accessType: non-exclusive
              permission: consume
              ingressEnabled: true
              egressEnabled: true
              maxRedeliveryCount: 5
              deadMsgQueue: stripe.errors.dmq
              respectTtlEnabled: true
              rejectMsgToSenderOnDiscardBehavior: always

            queues:
              stripe.payments.inbound:
                subscriptions:
                  - stripe/webhook/v1/payment_intent/>
              stripe.subscriptions.inbound:
                subscriptions:
                  - stripe/webhook/v1/subscription/>
              stripe.invoices.inbound:
                subscriptions:
                  - stripe/webhook/v1/invoice/>
              stripe.customers.inbound:
                subscriptions:
                  - stripe/webhook/v1/customer/>
              stripe.all.inbound:
                subscriptions:
                  - stripe/webhook/v1/>
              stripe.errors.dmq:
                maxRedeliveryCount: 0
                deadMsgQueue: ""
                respectTtlEnabled: false

            clientProfiles:
              stripe-bridge-client-profile:
                allowGuaranteedMsgReceiveEnabled: true
                allowGuaranteedMsgSendEnabled: true
                rejectMsgToSenderOnNoSubscriptionMatchEnabled: true

            aclProfiles:
              stripe-bridge-acl:
                clientConnectDefaultAction: allow
                publishTopicExceptions:
                  - stripe/webhook/v1/>

            clientUsernames:
              stripe-bridge-user:
                # A broker never returns a password. To set one: password: ${env:SOLACE_PASSWORD}
                aclProfileName: stripe-bridge-acl
                clientProfileName: stripe-bridge-client-profile
                enabled: true

            manages:
              clientProfiles: [stripe]
              aclProfiles: [stripe]
              clientUsernames: [stripe]
              queues: [stripe]
            """);
  }

  @Test
  void leavesOutWhatAFileCannotExpress() {
    BrokerObjects found =
        new BrokerObjects(
            List.of(),
            List.of(
                new AclProfileSpec(
                    "ours",
                    false,
                    Map.of(),
                    Set.of(
                        new AclException(
                            AclException.Kind.PUBLISH_TOPIC, AclException.Syntax.SMF, "a//b")))),
            List.of(
                new ClientUsernameSpec(
                    "ours", Map.of("clientProfileName", new Text("#client-profile")))),
            List.of(
                queue("ours.a", "ours.b"),
                queue("ours.b", "ours.a"),
                queue("ours.c", "theirs"),
                new QueueSpec("ours.d", Map.of(), Set.of("#share/x/y", "a/b")),
                queue("theirs", "")));
    assertThat(exported(found, "ours"))
        .isEqualTo(
            """
            # Exported.
            version: 1

            unlisted: unroutable

            queues:
              ours.a:
                deadMsgQueue: ours.b
              ours.b: {}
                # deadMsgQueue: ours.a is left out: it leads back here
              ours.c: {}
                # deadMsgQueue: theirs is left out: this file has no such queue
              ours.d:
                # subscription #share/x/y is left out: it begins with '#', \
            which is reserved for the broker
                subscriptions:
                  - a/b

            clientProfiles:
              "#client-profile":
                external: true

            aclProfiles:
              ours: {}
                # publish exception a//b is left out: it has an empty level \
            (a '/' at the beginning or end, or two in a row)

            clientUsernames:
              ours:
                # A broker never returns a password. To set one: password: ${env:SOLACE_PASSWORD}
                clientProfileName: "#client-profile"

            manages:
              aclProfiles: [ours]
              clientUsernames: [ours]
              queues: [ours]
            """);
  }

  private static QueueSpec queue(String name, String deadMsgQueue) {
    return new QueueSpec(name, Map.of("deadMsgQueue", new Text(deadMsgQueue)), Set.of());
  }
}
