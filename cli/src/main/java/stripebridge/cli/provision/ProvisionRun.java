package stripebridge.cli.provision;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stripebridge.cli.CliContext;
import stripebridge.cli.ExitCode;
import stripebridge.cli.admin.AdminFailure;
import stripebridge.cli.option.SecretVariables;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.Ink;
import stripebridge.cli.output.OutputFormat;
import stripebridge.cli.output.ProgressMeter;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.FoundBroker;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SempSettings;
import stripebridge.core.finding.Finding;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.plan.Change;
import stripebridge.core.topology.plan.Plan;

/// One run: reads the broker, plans, asks, applies, verifies by reading back, and reports.
public final class ProvisionRun {
  // Fewer changes finish before anyone has read the line.
  private static final int PROGRESS_FROM = 21;

  private final CliContext context;
  private final BrokerAdmin admin;
  private final ProvisionRequest request;
  private final SecretVariables secrets;
  private final SempSettings broker;
  private final long messageTtlMillis;
  private final Ink ink;

  /// Prepares one run.
  ///
  /// @param broker the settings of the broker behind `admin`
  /// @param messageTtlMillis the time to live of published messages
  public ProvisionRun(
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

  /// Makes the broker match a topology, as far as the request says.
  public ExitCode run(Topology topology) throws InterruptedException {
    try {
      FoundBroker found = read(topology);
      Topology wanted = request.destroy() ? nothingOf(topology, found) : topology;
      if (request.destroy()) {
        noteUndeleted(topology, found);
      }
      PermittedPlan plan = plan(wanted, found, request.setPasswords());
      List<Finding> findings =
          request.destroy() ? List.of() : Drift.findings(topology, found, messageTtlMillis);
      show(found, plan, findings);
      return decide(wanted, found, plan, findings);
    } catch (BrokerException e) {
      throw AdminFailure.ofWriting(e, "topology.yaml");
    }
  }

  private ExitCode decide(
      Topology wanted, FoundBroker found, PermittedPlan plan, List<Finding> findings)
      throws BrokerException, InterruptedException {
    boolean failsStrict = request.strict() && !findings.stream().allMatch(Finding::isAccepted);
    if (failsStrict || request.mode() != ProvisionRequest.Mode.APPLY) {
      document(new ProvisionReport(broker.vpn(), version(found), plan, findings, null));
      boolean drifted = request.mode() == ProvisionRequest.Mode.CHECK && !plan.isSettled();
      if (failsStrict) {
        context.err().println("error: there are findings that are not accepted (--strict)");
        context.err().println("hint:  fix them, or accept them in the topology with a reason");
      }
      return failsStrict || drifted ? ExitCode.DIFFERENCES : ExitCode.OK;
    }
    Map<Step, Outcome> outcomes = new LinkedHashMap<>();
    if (plan.work().isEmpty()) {
      plan.steps().forEach(step -> outcomes.put(step, Applier.untouched(step)));
    } else {
      Map<String, Secret> values = SecretNeeds.of(plan).met(secrets);
      new Confirmation(context, request, broker.vpn()).ask(plan);
      outcomes.putAll(apply(plan, values));
      verify(wanted, outcomes);
      if (request.output() == OutputFormat.TABLE) {
        new OutcomeText(context).table(plan, outcomes);
      }
    }
    document(new ProvisionReport(broker.vpn(), version(found), plan, findings, outcomes));
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

  /// A topology without objects of ours: only the existing objects that others own.
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

  /// Nothing outside `manages:` is ever deleted, not even an object that the topology created.
  private void noteUndeleted(Topology topology, FoundBroker found) {
    Set<String> there = new HashSet<>();
    found.topology().objects().queues().forEach(queue -> there.add(queue.name()));
    List<String> undeleted =
        topology.objects().queues().stream()
            .map(QueueSpec::name)
            .filter(name -> !topology.manages().covers(ObjectKind.QUEUE, name))
            .filter(there::contains)
            .toList();
    if (!undeleted.isEmpty()) {
      context
          .err()
          .println("note: not deleted, because not under manages: " + String.join(", ", undeleted));
    }
  }

  private void show(FoundBroker found, PermittedPlan plan, List<Finding> findings)
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
    new PlanText(ink, context.out()).print(plan, statuses(plan.queuesToDelete()));
    new FindingText(ink, context.out()).print(findings);
    found
        .unreadable()
        .forEach((kind, said) ->
            context.err().println("note: no " + kind.words() + " could be read: " + said));
  }

  /// The status of the queues to delete. Read by pages, since there may be many.
  private Map<String, QueueStatus> statuses(List<String> queues)
      throws BrokerException, InterruptedException {
    Map<String, QueueStatus> statuses = new HashMap<>();
    if (!queues.isEmpty()) {
      String prefix = queues.stream().reduce(ProvisionRun::commonPrefix).orElse("");
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

  private Map<Step, Outcome> apply(PermittedPlan plan, Map<String, Secret> values)
      throws InterruptedException {
    QueueRemoval removal = new QueueRemoval(admin, request.forceNonempty(), request.forceInUse());
    int changes = plan.work().size();
    try (ProgressMeter meter = new ProgressMeter(context, "applying", changes)) {
      Runnable afterEach = changes >= PROGRESS_FROM ? meter::step : () -> {};
      return new Applier(admin, removal, values).apply(plan, context.stop(), afterEach);
    }
  }

  /// Reads everything again. A change that the broker confirmed but does not show has failed.
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
        : ", but does not read back that way";
  }

  private void document(ProvisionReport report) {
    if (request.output() != OutputFormat.TABLE) {
      Document document = report::write;
      document.print(request.output(), context.out());
    }
  }
}
