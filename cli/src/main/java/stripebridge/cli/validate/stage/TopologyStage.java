package stripebridge.cli.validate.stage;

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
import stripebridge.cli.validate.evidence.RunId;
import stripebridge.cli.validate.report.Checks;
import stripebridge.cli.validate.report.Stage;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.FoundBroker;
import stripebridge.core.finding.Finding;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.Topology;

/// Checks that the broker matches the topology, as `provision --check` does.
public final class TopologyStage {
  public static final String NAME = "the broker matches the topology";

  private final ValidateRequest request;
  private final Checks checks;
  private final BrokerAdmin admin;

  public TopologyStage(ValidateRequest request, Checks checks, BrokerAdmin admin) {
    this.request = request;
    this.checks = checks;
    this.admin = admin;
  }

  /// Compares broker and topology; each finding becomes a note.
  ///
  /// @return the broker's subscriptions, by queue; absent if they could not be read
  public Optional<Map<String, Set<String>>> run() throws InterruptedException {
    try {
      FoundBroker found = read(request.topology());
      judge(
          Drift.of(
              request.topology(), found, TopologyStage::isWitness, request.messageTtlMillis()));
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
          "'stripebridge provision --dry-run' shows the plan; 'stripebridge provision' applies it");
    }
  }

  /// A validation that runs at the same time has its own witness queue.
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
