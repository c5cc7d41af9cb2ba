package stripebridge.cli.validate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stripebridge.cli.output.Counted;
import stripebridge.cli.provision.Drift;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.FoundBroker;
import stripebridge.core.finding.Finding;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.Topology;

/// Whether the broker is as the topology says, as `provision --check` sees it.
final class TopologyStage {
  static final String NAME = "the broker is as the topology says";

  private final ValidateRequest setup;
  private final Checks checks;
  private final BrokerAdmin admin;

  TopologyStage(ValidateRequest setup, Checks checks, BrokerAdmin admin) {
    this.setup = setup;
    this.checks = checks;
    this.admin = admin;
  }

  /// Compares, and tells of each warning as well.
  ///
  /// @return the subscriptions that the broker has, by queue; absent when they could not be read
  Optional<Map<String, Set<String>>> run() throws InterruptedException {
    try {
      FoundBroker found = read(setup.topology());
      judge(Drift.of(setup.topology(), found, TopologyStage::isWitness, setup.messageTtlMillis()));
      Map<String, Set<String>> subscriptions = new HashMap<>();
      found
          .topology()
          .objects()
          .queues()
          .forEach(
              queue -> subscriptions.put(queue.name(), new LinkedHashSet<>(queue.subscriptions())));
      return Optional.of(subscriptions);
    } catch (BrokerException e) {
      checks.failed(Stage.TOPOLOGY, NAME, String.valueOf(e.getMessage()), BrokerHints.semp(e));
      return Optional.empty();
    }
  }

  private void judge(Drift drift) {
    List<String> notes = new ArrayList<>();
    for (Finding finding : drift.findings()) {
      notes.add(
          "%s %s: %s"
              .formatted(
                  finding.kind().severity().word(), finding.kind().id(), finding.sentence()));
    }
    drift.unread().forEach(clause -> notes.add("not compared, " + clause));
    if (drift.differences().isEmpty()) {
      checks.passed(
          Stage.TOPOLOGY, NAME, Counted.of(drift.compared(), "thing") + " compared", notes);
    } else {
      List<String> seen = new ArrayList<>(drift.differences());
      seen.addAll(notes);
      checks.failed(
          Stage.TOPOLOGY,
          NAME,
          seen,
          "'stripebridge provision --dry-run' shows the plan, and without --dry-run applies it");
    }
  }

  /// Another validation that runs at the same time has one as well.
  private static boolean isWitness(Resource resource) {
    return resource instanceof Resource.Queue(String name) && name.startsWith(RunId.WITNESSES);
  }

  private FoundBroker read(Topology topology) throws BrokerException, InterruptedException {
    BrokerObjects objects = topology.objects();
    Set<Resource> ours = new HashSet<>();
    objects.queues().forEach(queue -> ours.add(new Resource.Queue(queue.name())));
    objects.aclProfiles().forEach(profile -> ours.add(new Resource.AclProfile(profile.name())));
    return admin.read((kind, name) ->
        switch (kind) {
          case QUEUE ->
              !name.startsWith(RunId.WITNESSES)
                  && (topology.manages().covers(kind, name)
                      || ours.contains(new Resource.Queue(name)));
          case ACL_PROFILE ->
              topology.manages().covers(kind, name) || ours.contains(new Resource.AclProfile(name));
          case CLIENT_PROFILE, CLIENT_USERNAME -> false;
        });
  }
}
