package stripebridge.cli.provision;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import stripebridge.cli.CliContext;
import stripebridge.cli.ExitCode;
import stripebridge.cli.admin.AdminFailure;
import stripebridge.cli.option.SecretVariables;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.Ink;
import stripebridge.cli.output.OutputFormat;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.FoundBroker;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SempSettings;
import stripebridge.core.finding.Finding;
import stripebridge.core.finding.Findings;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.plan.Change;
import stripebridge.core.topology.plan.Plan;

/// One run: read, plan, say, ask, apply, verify by reading back, say what became of it.
public final class Provisioning {
  // Fewer are over before a person has read the line.
  private static final int PROGRESS_FROM = 21;

  private final CliContext context;
  private final BrokerAdmin admin;
  private final ProvisionRequest request;
  private final SecretVariables secrets;
  private final SempSettings broker;
  private final long messageTtlMillis;
  private final Ink ink;

  /// @param broker what `admin` administers
  /// @param messageTtlMillis what the bridge publishes with
  public Provisioning(
      CliContext context,
      BrokerAdmin admin,
      ProvisionRequest request,
      SecretVariables secrets,
      SempSettings broker,
      long messageTtlMillis) {
    this.context = context;
    this.admin = admin;
    this.request = request;
    this.secrets = secrets;
    this.broker = broker;
    this.messageTtlMillis = messageTtlMillis;
    this.ink = new Ink(context.color());
  }

  /// Brings the broker to a topology, as far as the request says.
  public ExitCode run(Topology topology) throws InterruptedException {
    try {
      FoundBroker found = read(topology);
      Topology wanted = request.destroy() ? nothingOf(topology, found) : topology;
      if (request.destroy()) {
        sayWhatStays(topology, found);
      }
      PermittedPlan outlook = plan(wanted, found, request.setPasswords());
      List<Finding> findings = request.destroy() ? List.of() : findings(topology, found);
      show(found, outlook, findings);
      return decide(wanted, found, outlook, findings);
    } catch (BrokerException e) {
      throw AdminFailure.ofWriting(e, "topology.yaml");
    }
  }

  private ExitCode decide(
      Topology wanted, FoundBroker found, PermittedPlan outlook, List<Finding> findings)
      throws BrokerException, InterruptedException {
    boolean strictly = request.strict() && !findings.stream().allMatch(Finding::isAccepted);
    if (strictly || request.mode() != ProvisionRequest.Mode.APPLY) {
      document(new ProvisionReport(broker.vpn(), version(found), outlook, findings, null));
      boolean drifted = request.mode() == ProvisionRequest.Mode.CHECK && !outlook.isSettled();
      if (strictly) {
        context.err().println("error: there are findings, and --strict takes none");
        context.err().println("hint:  fix them, or accept them with a reason in the topology");
      }
      return strictly || drifted ? ExitCode.DIFFERENCES : ExitCode.OK;
    }
    Map<Step, Outcome> outcomes = new LinkedHashMap<>();
    if (outlook.work().isEmpty()) {
      outlook.steps().forEach(step -> outcomes.put(step, Applier.untouched(step)));
    } else {
      Map<String, Secret> values = SecretNeeds.of(outlook).met(secrets);
      new Confirmation(context, request, broker.vpn()).ask(outlook);
      outcomes.putAll(apply(outlook, values));
      verify(wanted, outcomes);
      if (request.output() == OutputFormat.TABLE) {
        new OutcomeText(context).table(outlook, outcomes);
      }
    }
    document(new ProvisionReport(broker.vpn(), version(found), outlook, findings, outcomes));
    return new OutcomeText(context).end(outcomes.values());
  }

  private static String version(FoundBroker found) {
    return found.topology().sempVersion().toString();
  }

  private FoundBroker read(Topology topology) throws BrokerException, InterruptedException {
    Set<Resource> ours = new HashSet<>();
    BrokerObjects objects = topology.objects();
    objects.queues().forEach(queue -> ours.add(new Resource.Queue(queue.name())));
    objects.aclProfiles().forEach(profile -> ours.add(new Resource.AclProfile(profile.name())));
    return admin.read((kind, name) ->
        topology.manages().covers(kind, name)
            || switch (kind) {
              case QUEUE -> ours.contains(new Resource.Queue(name));
              case ACL_PROFILE -> ours.contains(new Resource.AclProfile(name));
              case CLIENT_PROFILE, CLIENT_USERNAME -> false;
            });
  }

  private PermittedPlan plan(Topology wanted, FoundBroker found, boolean setPasswords) {
    Plan.Options options = new Plan.Options(request.prune() || request.destroy(), setPasswords);
    return PermittedPlan.of(Plan.of(wanted, found.topology(), options), found);
  }

  /// What a topology looks like that wants nothing of ours: only what others own and have made.
  private static Topology nothingOf(Topology topology, FoundBroker found) {
    BrokerObjects now = found.topology().objects();
    Set<Resource> there = new HashSet<>();
    now.clientProfiles().forEach(it -> there.add(new Resource.ClientProfile(it.name())));
    now.aclProfiles().forEach(it -> there.add(new Resource.AclProfile(it.name())));
    BrokerObjects others =
        new BrokerObjects(
            topology.objects().clientProfiles().stream()
                .filter(
                    it -> it.external() && there.contains(new Resource.ClientProfile(it.name())))
                .toList(),
            topology.objects().aclProfiles().stream()
                .filter(it -> it.external() && there.contains(new Resource.AclProfile(it.name())))
                .toList(),
            List.of(),
            List.of());
    return new Topology(topology.routing(), others, topology.manages(), topology.accept());
  }

  /// Nothing outside `manages:` is ever deleted, so not even what the topology itself made.
  private void sayWhatStays(Topology topology, FoundBroker found) {
    Set<String> there = new HashSet<>();
    found.topology().objects().queues().forEach(queue -> there.add(queue.name()));
    List<String> staying =
        topology.objects().queues().stream()
            .map(QueueSpec::name)
            .filter(name -> !topology.manages().covers(ObjectKind.QUEUE, name))
            .filter(there::contains)
            .toList();
    if (!staying.isEmpty()) {
      context
          .err()
          .println("note: not under manages:, so not deleted: " + String.join(", ", staying));
    }
  }

  private List<Finding> findings(Topology topology, FoundBroker found) {
    OptionalLong spool =
        found.vpn().get("maxMsgSpoolUsage") instanceof AttributeValue.Whole(long megabytes)
            ? OptionalLong.of(megabytes)
            : OptionalLong.empty();
    return Findings.of(
        topology,
        found.topology(),
        new Findings.Context(spool, messageTtlMillis, found.unwritable().keySet()));
  }

  private void show(FoundBroker found, PermittedPlan outlook, List<Finding> findings)
      throws BrokerException, InterruptedException {
    if (request.output() != OutputFormat.TABLE) {
      return;
    }
    context
        .out()
        .println(
            ink.faint(
                "Message VPN %s at %s, SEMP %s"
                    .formatted(broker.vpn(), broker.base(), version(found))));
    new PlanText(ink, context.out()).print(outlook, statuses(outlook.queuesToDelete()));
    new FindingText(ink, context.out()).print(findings);
    found
        .unreadable()
        .forEach((kind, said) ->
            context.err().println("note: no " + kind.words() + " could be read: " + said));
  }

  /// How the queues are that will be deleted: by pages, since they may be many.
  private Map<String, QueueStatus> statuses(List<String> queues)
      throws BrokerException, InterruptedException {
    Map<String, QueueStatus> statuses = new HashMap<>();
    if (!queues.isEmpty()) {
      String prefix = queues.stream().reduce(Provisioning::commonPrefix).orElse("");
      admin.queues(prefix).forEach(status -> statuses.put(status.name(), status));
    }
    return statuses;
  }

  private static String commonPrefix(String one, String other) {
    int end = 0;
    while (end < Math.min(one.length(), other.length()) && one.charAt(end) == other.charAt(end)) {
      end++;
    }
    return one.substring(0, end);
  }

  private Map<Step, Outcome> apply(PermittedPlan outlook, Map<String, Secret> values)
      throws InterruptedException {
    QueueRemoval removal = new QueueRemoval(admin, request.forceNonempty(), request.forceInUse());
    int changes = outlook.work().size();
    boolean watched = context.terminal() && changes >= PROGRESS_FROM;
    try (Progress progress = watched ? new ProgressBar(context.err(), changes) : Progress.SILENT) {
      return new Applier(admin, removal, values).apply(outlook, context.stop(), progress);
    }
  }

  /// Reads everything again: what the broker said it did, and has not, has failed.
  private void verify(Topology wanted, Map<Step, Outcome> outcomes) throws InterruptedException {
    if (outcomes.values().stream().noneMatch(outcome -> outcome.status().isChange())) {
      return;
    }
    Map<Resource, Change> still = new HashMap<>();
    try {
      for (Step step : plan(wanted, read(wanted), false).work()) {
        still.put(step.change().resource(), step.change());
      }
    } catch (BrokerException e) {
      outcomes.replaceAll((_, outcome) ->
          outcome.status().isChange()
              ? new Outcome(outcome.resource(), outcome.status(), "not verified: " + e.getMessage())
              : outcome);
      return;
    }
    outcomes.replaceAll((_, outcome) -> {
      Change difference = still.get(outcome.resource());
      return outcome.status().isChange() && difference != null
          ? new Outcome(
              outcome.resource(),
              Outcome.Status.FAILED,
              PlanText.what(outcome.resource())
                  + " was "
                  + outcome.status().word()
                  + read(difference))
          : outcome;
    });
  }

  private static String read(Change difference) {
    return difference instanceof Change.Update update
        ? ", but reads back with " + PlanText.difference(update.attributes().getFirst())
        : ", but does not read back so";
  }

  private void document(ProvisionReport report) {
    if (request.output() != OutputFormat.TABLE) {
      Document document = report::write;
      document.print(request.output(), context.out());
    }
  }
}
