package stripebridge.cli.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stripebridge.core.broker.FoundBroker;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.FoundTopology;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.SempVersion;
import stripebridge.core.topology.plan.Plan;
import stripebridge.core.topology.yaml.TopologyReader;

class PermittedPlanTest {
  private static final String WANTED =
      """
      version: 1
      clientProfiles: { c: { external: %s } }
      aclProfiles: { a: {} }
      clientUsernames: { u: { clientProfileName: c, aclProfileName: a } }
      """;

  private static List<String> steps(
      String wanted, Map<ObjectKind, String> unreadable, Map<ObjectKind, String> unwritable) {
    FoundTopology nothing = new FoundTopology(new SempVersion(2, 49), BrokerObjects.NONE);
    Plan plan = Plan.of(TopologyReader.read("t", wanted), nothing, Plan.Options.CAREFUL);
    return PermittedPlan.of(plan, new FoundBroker(nothing, Map.of(), unreadable, unwritable))
        .steps()
        .stream()
        .map(step ->
            step.change().resource().name()
                + (step.isWork() ? " will be made" : "")
                + (step.obstacle() == null ? "" : " " + step.obstacle()))
        .toList();
  }

  @Test
  void blocksForbiddenStepsAndTheirDependents() {
    assertThat(
            steps(
                WANTED.formatted(false),
                Map.of(),
                Map.of(ObjectKind.CLIENT_PROFILE, "global read-write")))
        .containsExactly(
            "c not permitted, needs global read-write",
            "a will be made",
            "u needs client profile c, which is missing");
  }

  @Test
  void blocksStepsThatNeedMissingExternalProfiles() {
    assertThat(steps(WANTED.formatted(true), Map.of(), Map.of()))
        .containsExactly("c", "a will be made", "u needs client profile c, which is missing");
  }

  @Test
  void attemptsStepsThatNeedUnreadableObjects() {
    assertThat(
            steps(WANTED.formatted(false), Map.of(ObjectKind.CLIENT_PROFILE, "no right"), Map.of()))
        .containsExactly("c cannot be read: no right", "a will be made", "u will be made");
  }
}
