package stripebridge.solace.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stripebridge.core.config.Secret;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.plan.Change;
import stripebridge.core.topology.plan.Change.AttributeChange;
import stripebridge.core.topology.plan.Plan;
import stripebridge.core.topology.yaml.TopologyReader;
import stripebridge.sandbox.SandboxOptions;

/// Brings an empty broker to the shipped topology, with plans that core makes.
class ShippedTopologyTest {
  private static final Map<String, Secret> SECRETS =
      Map.of("SOLACE_PASSWORD", new Secret("s3cret"));

  private final WatchedBroker broker =
      new WatchedBroker(SandboxOptions.defaults().withSempVersion("2.39").withoutClient());
  private final Topology wanted = shipped();

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void isCreatedOnceAndThenUnchanged() throws Exception {
    SempBrokerAdmin admin = broker.admin();
    assertThat(plan(admin, Plan.Options.CAREFUL).work()).isNotEmpty();

    apply(admin, Plan.Options.CAREFUL);

    assertThat(plan(admin, Plan.Options.CAREFUL).isSettled()).isTrue();
  }

  @Test
  void isRepairedAfterManualChanges() throws Exception {
    SempBrokerAdmin admin = broker.admin();
    apply(admin, Plan.Options.CAREFUL);
    broker
        .sandbox
        .vpn("default")
        .updateQueue("stripe.all.inbound", Map.of("maxRedeliveryCount", 0))
        .unsubscribe("stripe.all.inbound", "stripe/webhook/v1/>")
        .createOpenQueue("stripe.left.over", "a");

    Plan plan = plan(admin, Plan.Options.CAREFUL);
    apply(admin, new Plan.Options(true, false));

    assertThat(plan.work())
        .containsExactlyInAnyOrder(
            new Change.Update(
                new Resource.Queue("stripe.all.inbound"),
                List.of(
                    new AttributeChange(
                        "maxRedeliveryCount",
                        new AttributeValue.Whole(0),
                        new AttributeValue.Whole(5),
                        false))),
            new Change.Create(
                new Resource.Subscription("stripe.all.inbound", "stripe/webhook/v1/>"), Map.of()));
    assertThat(plan(admin, Plan.Options.CAREFUL).isSettled()).isTrue();
  }

  private Plan plan(SempBrokerAdmin admin, Plan.Options options) throws Exception {
    return Plan.of(wanted, admin.read((_, _) -> true).topology(), options);
  }

  private void apply(SempBrokerAdmin admin, Plan.Options options) throws Exception {
    for (Change change : plan(admin, options).work()) {
      admin.apply(change, SECRETS);
    }
  }

  private static Topology shipped() {
    try {
      return TopologyReader.read("topology.yaml", Files.readString(Path.of("..", "topology.yaml")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
