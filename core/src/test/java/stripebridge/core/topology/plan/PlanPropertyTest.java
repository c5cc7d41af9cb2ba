package stripebridge.core.topology.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import stripebridge.core.testing.Seed;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.ClientProfileSpec;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.SempVersion;
import stripebridge.core.topology.model.Topology;

/// Properties of every plan: it can be applied in its order, it leaves nothing to do, and it
/// deletes only what it may.
class PlanPropertyTest {
  private static final int CASES = 1_000;

  @Test
  void leavesNothingToDoOnceApplied() {
    RandomGenerator random = Seed.random("PlanPropertyTest");
    Set<Class<?>> kindsSeen = new HashSet<>();
    for (int i = 0; i < Seed.rounds(CASES); i++) {
      ModelBroker broker = new ModelBroker(new SempVersion(2, random.nextInt(50)));
      RandomTopology topologies = new RandomTopology(random);
      Plan.Options anything = new Plan.Options(random.nextBoolean(), random.nextBoolean());
      broker.apply(Plan.of(topologies.topology(false), broker.found(), anything), random);
      broker.apply(Plan.of(topologies.topology(false), broker.found(), anything), random);

      Topology wanted = reachable(topologies.topology(true), broker);
      Plan plan = Plan.of(wanted, broker.found(), anything);
      plan.changes().forEach(change -> kindsSeen.add(change.getClass()));
      assertThat(deleted(plan)).allMatch(it -> wanted.manages().covers(it.kind(), it.owner()));
      assertThat(anything.prune() || deleted(plan).isEmpty()).isTrue();
      broker.apply(plan, random);

      Plan next = Plan.of(wanted, broker.found(), new Plan.Options(anything.prune(), false));
      assertThat(next.work()).as("case %d, after %s", i, plan).isEmpty();
      assertThat(next.leftOut()).isEqualTo(plan.leftOut());
      assertThat(open(next)).isEqualTo(open(plan));
      assertThat(next.isSettled()).isEqualTo(open(next).isEmpty());
    }
    assertThat(kindsSeen).as("changes of every kind came up").hasSize(6);
  }

  /// A username needs existing profiles, and we never create external ones: missing external
  /// profiles count as ours.
  private static Topology reachable(Topology topology, ModelBroker broker) {
    BrokerObjects objects = topology.objects();
    return new Topology(
        topology.routing(),
        new BrokerObjects(
            objects.clientProfiles().stream()
                .map(p ->
                    new ClientProfileSpec(
                        p.name(),
                        p.external() && broker.has(new Resource.ClientProfile(p.name())),
                        p.attributes()))
                .toList(),
            objects.aclProfiles().stream()
                .map(p ->
                    new AclProfileSpec(
                        p.name(),
                        p.external() && broker.has(new Resource.AclProfile(p.name())),
                        p.attributes(),
                        p.exceptions()))
                .toList(),
            objects.clientUsernames(),
            objects.queues()),
        topology.manages(),
        topology.accept());
  }

  private static List<Resource> deleted(Plan plan) {
    return plan.changes().stream()
        .filter(Change.Delete.class::isInstance)
        .map(Change::resource)
        .toList();
  }

  /// The changes that a plan only reports.
  private static Set<Change> open(Plan plan) {
    return plan.changes().stream()
        .filter(change -> change instanceof Change.Extra || change instanceof Change.Foreign)
        .collect(Collectors.toSet());
  }
}
