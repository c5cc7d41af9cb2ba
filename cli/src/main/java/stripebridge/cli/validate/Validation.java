package stripebridge.cli.validate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.output.Counted;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess;
import stripebridge.core.broker.QueueAccess.Session;
import stripebridge.core.routing.Topic;
import stripebridge.stripe.webhook.WebhookPoster;

/// One validation: posts events of its own, follows them to the queues, and takes them out again.
/// It touches no message but its own, and leaves nothing behind.
public final class Validation {
  private static final String CONSUMERS = "no consumer gets the messages of the validation";
  private static final String WITNESS = "a witness queue sees what is published";

  private final ValidateRequest setup;
  private final @Nullable BrokerAdmin admin;
  private final QueueAccess access;
  private final WebhookPoster poster;
  private final InstantSource clock;
  private final LiveText text;
  private final Checks checks;
  private final RunId run;
  private final List<Report.Event> events = new ArrayList<>();
  private final List<CounterLine> series = new ArrayList<>();
  private final List<CounterLine> counters = new ArrayList<>();

  /// @param admin absent when SEMP is not to be used
  public Validation(
      ValidateRequest setup,
      @Nullable BrokerAdmin admin,
      QueueAccess access,
      WebhookPoster poster,
      InstantSource clock,
      LiveText text) {
    this.setup = setup;
    this.admin = admin;
    this.access = access;
    this.poster = poster;
    this.clock = clock;
    this.text = text;
    this.checks = new Checks(text);
    this.run = RunId.begin(clock.instant(), RandomGenerator.getDefault());
  }

  /// Validates, showing each check as it is over.
  ///
  /// @throws stripebridge.cli.CommandFailure when consumers are bound that may not get our messages
  /// @throws IllegalArgumentException for an event type that Stripe does not have
  public Report run() throws InterruptedException {
    Instant startedAt = clock.instant();
    long begun = System.nanoTime();
    TypeCase.Selection selection =
        TypeCase.select(setup.topology(), setup.account(), setup.types());
    Optional<WatchedQueues.Usage> use = use();
    text.head(
        "Validating %s, run %s of account %s"
            .formatted(setup.target(), run.name(), setup.account()));
    try (AdminPages pages = new AdminPages(setup.replicas(), setup.awaitMax())) {
      Optional<String> obstacle = new ServiceStage(checks, pages, setup.awaitMax()).run();
      Optional<Map<String, Set<String>>> subscriptions = topology();
      if (use.isEmpty() && subscriptions.isPresent()) {
        checks.failed(
            Stage.TOPOLOGY,
            CONSUMERS,
            "the broker did not say who is bound to its queues",
            "run it again, or pass --no-semp");
      }
      if (use.isEmpty() || (admin != null && subscriptions.isEmpty())) {
        obstacle = obstacle.or(() -> Optional.of("the broker could not be asked"));
      }
      if (obstacle.isPresent()) {
        skipAll(obstacle.get());
      } else {
        follow(selection, use.orElseThrow(), subscriptions.orElse(Map.of()), pages);
      }
    }
    Report report =
        new Report(
            run.name(),
            setup.target(),
            startedAt,
            Duration.ofNanos(System.nanoTime() - begun),
            checks.all(),
            counters,
            series,
            events);
    text.end(report);
    return report;
  }

  /// Who is bound, before anything is done that they would notice.
  private Optional<WatchedQueues.Usage> use() throws InterruptedException {
    if (admin == null) {
      return Optional.of(WatchedQueues.Usage.UNKNOWN);
    }
    try {
      WatchedQueues.Usage use = WatchedQueues.Usage.read(admin, setup.topology());
      if (!setup.withConsumers()) {
        use.refuseConsumers();
      }
      return Optional.of(use);
    } catch (BrokerException _) {
      // It is told when the topology is read.
      return Optional.empty();
    }
  }

  private Optional<Map<String, Set<String>>> topology() throws InterruptedException {
    if (admin == null) {
      checks.skipped(Stage.TOPOLOGY, TopologyStage.NAME, "--no-semp");
      checks.skipped(Stage.TOPOLOGY, CONSUMERS, "--no-semp");
      return Optional.empty();
    }
    return new TopologyStage(setup, checks, admin).run();
  }

  private void skipAll(String reason) {
    checks.skipped(Stage.EVENTS, "an event of each type", reason);
    checks.skipped(Stage.DUPLICATES, "the same events again", reason);
    checks.skipped(Stage.REFUSALS, "forged webhooks", reason);
    checks.skipped(Stage.DEAD_MESSAGES, "a rejected message goes to the DMQ", reason);
    checks.skipped(Stage.COUNTERS, "counters before and after", reason);
  }

  private void follow(
      TypeCase.Selection selection,
      WatchedQueues.Usage use,
      Map<String, Set<String>> subscriptions,
      AdminPages pages)
      throws InterruptedException {
    try (Session session = access.open()) {
      new QueueDrain(setup, checks).run(session, use);
      WatchedQueues queues = new WatchedQueues(run, admin);
      try {
        queues.watch(session, setup.topology(), use);
        witness(session, queues, selection);
        post(selection, queues, subscriptions, pages);
      } finally {
        queues.close();
        removeWitness();
      }
    } catch (BrokerException e) {
      checks.failed(
          Stage.TOPOLOGY,
          "messages can be read as " + setup.username(),
          String.valueOf(e.getMessage()),
          BrokerHints.messaging(e));
      skipAll("the broker does not let us in");
    }
  }

  private void witness(Session session, WatchedQueues queues, TypeCase.Selection selection)
      throws InterruptedException {
    if (admin == null) {
      checks.skipped(
          Stage.TOPOLOGY, WITNESS, "--no-semp: queues that can be browsed are looked at");
      return;
    }
    try {
      WitnessQueue witness = new WitnessQueue(admin);
      List<String> leftovers = witness.deleteLeftovers();
      List<Topic> topics = selection.cases().stream().map(TypeCase::topic).toList();
      witness.create(
          run.witness(), setup.username(), WitnessQueue.dmq(setup.topology()), setup.account(), topics);
      queues.watchWitness(session);
      checks.passed(
          Stage.TOPOLOGY,
          WITNESS,
          run.witness(),
          leftovers.isEmpty()
              ? List.of()
              : List.of("removed what a dead validation left: " + String.join(", ", leftovers)));
    } catch (BrokerException.Refused e) {
      checks.skipped(Stage.TOPOLOGY, WITNESS, String.valueOf(e.getMessage()));
    } catch (BrokerException e) {
      checks.failed(Stage.TOPOLOGY, WITNESS, String.valueOf(e.getMessage()), BrokerHints.semp(e));
    }
  }

  private void post(
      TypeCase.Selection selection,
      WatchedQueues queues,
      Map<String, Set<String>> subscriptions,
      AdminPages pages)
      throws InterruptedException {
    ExpectedCounts ledger = new ExpectedCounts(setup.topology().routing());
    EventPoster posting = new EventPoster(setup, run, poster, clock, ledger);
    CounterStage counting = new CounterStage(setup, checks, pages, queues);
    CounterStage.Baseline baseline = counting.baseline();
    EventStage stage =
        new EventStage(
            setup,
            run,
            checks,
            posting,
            queues,
            new MessageCheck(EnvelopeSchema.shipped(), setup.account()),
            subscriptions);
    List<EventStage.Outcome> outcomes = stage.run(selection.cases());
    events.addAll(stage.events());
    if (!selection.untried().isEmpty()) {
      checks.skipped(
          Stage.EVENTS,
          String.join(", ", selection.untried()),
          Counted.of(selection.untried().size(), "route") + " of no snapshot event of Stripe's");
    }
    new DuplicatesStage(setup, run, checks, posting, queues, subscriptions)
        .run(selection.cases(), outcomes);
    counting.run(baseline, ledger, posting, text);
    series.addAll(counting.series());
    counters.addAll(counting.shown());
  }

  /// Also when it was interrupted: nothing of ours may stay.
  private void removeWitness() {
    if (admin == null) {
      return;
    }
    boolean wasInterrupted = Thread.interrupted();
    try {
      new WitnessQueue(admin).delete(run.witness());
    } catch (BrokerException e) {
      text.head(
          "note: %s stays until the next validation removes it: %s"
              .formatted(run.witness(), e.getMessage()));
    } catch (InterruptedException _) {
      wasInterrupted = true;
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
