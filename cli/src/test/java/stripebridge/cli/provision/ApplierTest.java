package stripebridge.cli.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stripebridge.cli.StopRequest;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.plan.Plan;
import stripebridge.core.topology.yaml.TopologyReader;

/// Which steps a failure prevents, and which it does not.
class ApplierTest {
  private static final String WANTED =
      """
      version: 1
      aclProfiles: { a: {} }
      queues:
        q: { deadMsgQueue: "", subscriptions: [q/1, q/2] }
        r: { deadMsgQueue: "", subscriptions: [r/1] }
      manages: { queues: [old.] }
      """;

  private static final BrokerObjects NOW =
      TopologyReader.read("now", "version: 1\nqueues: { old.1: {} }\n").objects();

  private static List<String> outcomes(ScriptedAdmin admin) throws InterruptedException {
    Plan plan =
        Plan.of(
            TopologyReader.read("t", WANTED),
            ScriptedAdmin.found(NOW).topology(),
            new Plan.Options(true, false));
    PermittedPlan outlook = PermittedPlan.of(plan, ScriptedAdmin.found(NOW));
    return new Applier(admin, new QueueRemoval(admin, false, false), Map.of())
        .apply(outlook, new StopRequest(), () -> {}).values().stream()
            .map(outcome ->
                outcome.resource().name() + " " + outcome.status().word() + problem(outcome))
            .toList();
  }

  private static String problem(Outcome outcome) {
    return outcome.problem().isEmpty() ? "" : ": " + outcome.problem();
  }

  @Test
  void appliesEveryStep() throws InterruptedException {
    assertThat(outcomes(new ScriptedAdmin(NOW)))
        .containsExactly(
            "a created",
            "q created",
            "r created",
            "q/1 created",
            "q/2 created",
            "r/1 created",
            "old.1 deleted");
  }

  @Test
  void continuesWithIndependentStepsAfterAFailureAndDeletesNothing() throws InterruptedException {
    ScriptedAdmin admin =
        new ScriptedAdmin(NOW)
            .failing(new Resource.Queue("q"), new BrokerException.Conflict("it is taken", null));
    assertThat(outcomes(admin))
        .containsExactly(
            "a created",
            "q failed: it is taken",
            "r created",
            "q/1 not done: needs queue q",
            "q/2 not done: needs queue q",
            "r/1 created",
            "old.1 not done: nothing is deleted after a failure");
    assertThat(admin.applied()).hasSize(4);
  }

  @Test
  void stopsOnceTheBrokerIsUnavailable() throws InterruptedException {
    ScriptedAdmin admin =
        new ScriptedAdmin(NOW)
            .failing(
                new Resource.AclProfile("a"), new BrokerException.Unavailable("no answer", null));
    assertThat(outcomes(admin))
        .containsExactly(
            "a failed: no answer",
            "q not done",
            "r not done",
            "q/1 not done",
            "q/2 not done",
            "r/1 not done",
            "old.1 not done");
  }
}
