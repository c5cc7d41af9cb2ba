package stripebridge.core.topology.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.AttributeValue.Flag;
import stripebridge.core.topology.model.AttributeValue.SecretReference;
import stripebridge.core.topology.model.AttributeValue.Text;
import stripebridge.core.topology.model.AttributeValue.Whole;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.ClientProfileSpec;
import stripebridge.core.topology.model.ClientUsernameSpec;
import stripebridge.core.topology.model.FoundTopology;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.SempVersion;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.plan.Change.AttributeChange;
import stripebridge.core.topology.plan.Change.Extra;
import stripebridge.core.topology.yaml.ShippedTopology;
import stripebridge.core.topology.yaml.TopologyReader;

class PlanTest {
  private static final SempVersion NEW = new SempVersion(2, 49);
  private static final Plan.Options PRUNE = new Plan.Options(true, false);

  private final Topology shipped =
      TopologyReader.read(ShippedTopology.FILE, ShippedTopology.text());

  @Test
  void createsReferencedObjectsFirst() {
    Plan plan = Plan.of(shipped, found(BrokerObjects.NONE), Plan.Options.CAREFUL);
    assertThat(plan.waves().stream().map(wave -> wave.stream().map(PlanTest::line).toList()))
        .containsExactly(
            List.of(
                "Create client profile stripe-bridge-client-profile",
                "Create ACL profile stripe-bridge-acl"),
            List.of("Create publish exception stripe/webhook/v1/>"),
            List.of("Create client username stripe-bridge-user"),
            List.of("Create queue stripe.errors.dmq"),
            List.of(
                "Create queue stripe.payments.inbound",
                "Create queue stripe.subscriptions.inbound",
                "Create queue stripe.invoices.inbound",
                "Create queue stripe.customers.inbound",
                "Create queue stripe.all.inbound"),
            List.of(
                "Create subscription stripe/webhook/v1/payment_intent/>",
                "Create subscription stripe/webhook/v1/subscription/>",
                "Create subscription stripe/webhook/v1/invoice/>",
                "Create subscription stripe/webhook/v1/customer/>",
                "Create subscription stripe/webhook/v1/>"));
  }

  @Test
  void removesInReverse() {
    Topology nothing =
        new Topology(shipped.routing(), BrokerObjects.NONE, shipped.manages(), Map.of());
    Plan plan = Plan.of(nothing, found(shipped.objects()), PRUNE);
    assertThat(plan.waves().stream().map(wave -> wave.stream().map(PlanTest::line).toList()))
        .containsExactly(
            List.of(
                "Delete queue stripe.payments.inbound",
                "Delete queue stripe.subscriptions.inbound",
                "Delete queue stripe.invoices.inbound",
                "Delete queue stripe.customers.inbound",
                "Delete queue stripe.all.inbound"),
            List.of("Delete queue stripe.errors.dmq"),
            List.of("Delete client username stripe-bridge-user"),
            List.of(
                "Delete client profile stripe-bridge-client-profile",
                "Delete ACL profile stripe-bridge-acl"));
  }

  @Test
  void keepsWhatIsAsWanted() {
    Plan plan = Plan.of(shipped, found(shipped.objects()), PRUNE);
    assertThat(plan.isSettled()).isTrue();
    assertThat(plan.changes()).hasSize(15).allMatch(Change.Keep.class::isInstance);
  }

  @Test
  void comparesOnlyWhatTheTopologyNames() {
    Plan plan =
        plan(
            queue("a", Map.of("maxRedeliveryCount", new Whole(5))),
            queue("a", Map.of("maxRedeliveryCount", new Whole(0), "maxTtl", new Whole(7))));
    assertThat(plan.changes())
        .containsExactly(
            new Change.Update(
                new Resource.Queue("a"),
                List.of(
                    new AttributeChange("maxRedeliveryCount", new Whole(0), new Whole(5), false))));
  }

  @Test
  void changesWhatTheBrokerDidNotReturn() {
    assertThat(plan(queue("a", Map.of("maxTtl", new Whole(0))), queue("a", Map.of())).work())
        .containsExactly(
            new Change.Update(
                new Resource.Queue("a"),
                List.of(new AttributeChange("maxTtl", null, new Whole(0), false))));
  }

  @Test
  void reportsThatAChangeInterruptsAnOpenQueue() {
    QueueSpec wanted = queue("a", Map.of("permission", new Text("consume")));
    assertThat(interrupts(plan(wanted, closed("egressEnabled", true)))).isTrue();
    assertThat(interrupts(plan(wanted, closed("egressEnabled", false)))).isFalse();
  }

  @Test
  void writesASecretOnCreateAndLaterOnlyWhenAskedTo() {
    SecretReference password = new SecretReference("SOLACE_PASSWORD");
    BrokerObjects wanted = username(Map.of("password", password));
    Resource username = new Resource.ClientUsername("me");
    assertThat(plan(wanted, BrokerObjects.NONE, Plan.Options.CAREFUL).work())
        .containsExactly(new Change.Create(username, Map.of("password", password)));
    assertThat(plan(wanted, username(Map.of()), Plan.Options.CAREFUL).work()).isEmpty();
    assertThat(plan(wanted, username(Map.of()), new Plan.Options(false, true)).work())
        .containsExactly(
            new Change.Update(
                username, List.of(new AttributeChange("password", null, password, false))));
  }

  @Test
  void leavesOutWhatAnOldBrokerDoesNotKnow() {
    QueueSpec wanted =
        queue("a", Map.of("respectDmqEligibleEnabled", new Flag(true), "maxTtl", new Whole(1)));
    Plan plan =
        Plan.of(
            topology(queues(wanted)),
            new FoundTopology(new SempVersion(2, 48), BrokerObjects.NONE),
            Plan.Options.CAREFUL);
    Resource queue = new Resource.Queue("a");
    assertThat(plan)
        .isEqualTo(
            new Plan(
                List.of(List.of(new Change.Create(queue, Map.of("maxTtl", new Whole(1))))),
                List.of(new Plan.LeftOut(queue, "respectDmqEligibleEnabled", NEW))));
  }

  @Test
  void removesASubscriptionOnlyWhenPruning() {
    BrokerObjects wanted = queues(new QueueSpec("ours.a", Map.of(), Set.of("new/>")));
    BrokerObjects found = queues(new QueueSpec("ours.a", Map.of(), Set.of("old/>")));
    Resource old = new Resource.Subscription("ours.a", "old/>");
    assertThat(plan(wanted, found, Plan.Options.CAREFUL).changes())
        .contains(new Extra(old, Extra.Reason.NOT_PRUNING, List.of()));
    assertThat(plan(wanted, found, PRUNE).work())
        .containsExactly(
            new Change.Create(new Resource.Subscription("ours.a", "new/>"), Map.of()),
            new Change.Delete(old));
  }

  @Test
  void neverRemovesWhatIsNotUnderManages() {
    BrokerObjects wanted = queues(queue("their.a", Map.of()));
    BrokerObjects found =
        queues(new QueueSpec("their.a", Map.of(), Set.of("old/>")), queue("their.b", Map.of()));
    assertThat(plan(wanted, found, PRUNE).changes())
        .containsExactly(
            new Change.Keep(new Resource.Queue("their.a")),
            new Extra(
                new Resource.Subscription("their.a", "old/>"),
                Extra.Reason.NOT_MANAGED,
                List.of()));
  }

  /// Deleting a dead message queue that is still referenced silently loses messages.
  @Test
  void keepsADeadMessageQueueThatOthersUse() {
    Map<String, AttributeValue> uses = Map.of("deadMsgQueue", new Text("ours.dmq"));
    BrokerObjects found =
        queues(queue("their.a", uses), queue("ours.a", uses), queue("ours.dmq", Map.of()));
    assertThat(plan(BrokerObjects.NONE, found, PRUNE).changes())
        .containsExactly(
            new Extra(
                new Resource.Queue("ours.dmq"),
                Extra.Reason.IN_USE,
                List.of(new Resource.Queue("their.a"))),
            new Change.Delete(new Resource.Queue("ours.a")));
  }

  @Test
  void endsWhenQueuesOfTheBrokerNameEachOther() {
    BrokerObjects found =
        queues(
            queue("ours.a", Map.of("deadMsgQueue", new Text("ours.b"))),
            queue("ours.b", Map.of("deadMsgQueue", new Text("ours.a"))));
    assertThat(plan(BrokerObjects.NONE, found, PRUNE).work()).hasSize(2);
  }

  @Test
  void onlyReportsWhatOthersOwn() {
    Resource resource = new Resource.ClientProfile("theirs");
    BrokerObjects wanted = clientProfile(true, Map.of("elidingDelay", new Whole(1)));
    assertThat(plan(wanted, BrokerObjects.NONE, PRUNE).changes())
        .containsExactly(new Change.Foreign(resource, true, List.of()));
    assertThat(
            plan(wanted, clientProfile(false, Map.of("elidingDelay", new Whole(0))), PRUNE)
                .changes())
        .containsExactly(
            new Change.Foreign(
                resource,
                false,
                List.of(new AttributeChange("elidingDelay", new Whole(0), new Whole(1), false))));
  }

  private static String line(Change change) {
    return change.getClass().getSimpleName()
        + " "
        + change.resource().type()
        + " "
        + change.resource().name();
  }

  private static boolean interrupts(Plan plan) {
    return plan.work().getFirst() instanceof Change.Update update && update.interrupts();
  }

  private static QueueSpec closed(String attribute, boolean on) {
    return queue("a", Map.of("permission", new Text("no-access"), attribute, new Flag(on)));
  }

  private static Plan plan(QueueSpec wanted, QueueSpec found) {
    return plan(queues(wanted), queues(found), Plan.Options.CAREFUL);
  }

  private static Plan plan(BrokerObjects wanted, BrokerObjects found, Plan.Options options) {
    return Plan.of(topology(wanted), found(found), options);
  }

  private static FoundTopology found(BrokerObjects objects) {
    return new FoundTopology(NEW, objects);
  }

  private static Topology topology(BrokerObjects objects) {
    Topology empty = TopologyReader.read("t", "version: 1\nmanages: { queues: [ours.] }\n");
    return new Topology(empty.routing(), objects, empty.manages(), Map.of());
  }

  private static QueueSpec queue(String name, Map<String, AttributeValue> attributes) {
    return new QueueSpec(name, attributes, Set.of());
  }

  private static BrokerObjects queues(QueueSpec... queues) {
    return new BrokerObjects(List.of(), List.of(), List.of(), List.of(queues));
  }

  private static BrokerObjects username(Map<String, AttributeValue> attributes) {
    return new BrokerObjects(
        List.of(), List.of(), List.of(new ClientUsernameSpec("me", attributes)), List.of());
  }

  private static BrokerObjects clientProfile(
      boolean external, Map<String, AttributeValue> attributes) {
    return new BrokerObjects(
        List.of(new ClientProfileSpec("theirs", external, attributes)),
        List.of(),
        List.of(),
        List.of());
  }
}
