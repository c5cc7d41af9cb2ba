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
import stripebridge.cli.validate.evidence.AdminPages;
import stripebridge.cli.validate.evidence.ExpectedCounts;
import stripebridge.cli.validate.evidence.RunId;
import stripebridge.cli.validate.evidence.WatchedQueues;
import stripebridge.cli.validate.report.Checks;
import stripebridge.cli.validate.report.CounterLine;
import stripebridge.cli.validate.report.LiveText;
import stripebridge.cli.validate.report.Report;
import stripebridge.cli.validate.report.Stage;
import stripebridge.cli.validate.stage.BrokerHints;
import stripebridge.cli.validate.stage.CounterStage;
import stripebridge.cli.validate.stage.DuplicatesStage;
import stripebridge.cli.validate.stage.EventPoster;
import stripebridge.cli.validate.stage.EventStage;
import stripebridge.cli.validate.stage.QueueDrain;
import stripebridge.cli.validate.stage.ServiceStage;
import stripebridge.cli.validate.stage.TopologyStage;
import stripebridge.cli.validate.stage.TypeCase;
import stripebridge.cli.validate.stage.ValidateRequest;
import stripebridge.cli.validate.stage.WitnessQueue;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess;
import stripebridge.core.broker.QueueAccess.Session;
import stripebridge.core.routing.Topic;
import stripebridge.stripe.webhook.WebhookPoster;

/// Posts its own events, follows them to the queues, and removes their messages again. It touches
/// no other message, and leaves nothing behind.
final class Validation {
  private static final String CONSUMERS = "no consumer receives the messages of the validation";
  private static final String WITNESS = "a witness queue receives what is published";

  private final ValidateRequest request;
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

  /// @param admin absent without SEMP
  Validation(
      ValidateRequest request,
      @Nullable BrokerAdmin admin,
      QueueAccess access,
      WebhookPoster poster,
      InstantSource clock,
      LiveText text) {
    this.request = request;
    this.admin = admin;
    this.access = access;
    this.poster = poster;
    this.clock = clock;
    this.text = text;
    this.checks = new Checks(text);
    this.run = RunId.begin(clock.instant(), RandomGenerator.getDefault());
  }

  /// Runs all stages, and prints each check when it is finished.
  ///
  /// @throws stripebridge.cli.CommandFailure if a consumer would receive our messages
  Report run() throws InterruptedException {
    Instant startedAt = clock.instant();
    long begun = System.nanoTime();
    try (OpeningSession session = new OpeningSession(access)) {
      check(session);
    }
    Report report =
        new Report(
            run.name(),
            request.target(),
            startedAt,
            Duration.ofNanos(System.nanoTime() - begun),
            checks.all(),
            counters,
            series,
            events);
    text.end(report);
    return report;
  }

  private void check(OpeningSession session) throws InterruptedException {
    TypeCase.Selection selection =
        TypeCase.select(request.topology(), request.account(), request.types());
    Optional<WatchedQueues.Usage> usage = usage();
    text.print(
        "Validating %s, run %s of account %s"
            .formatted(request.target(), run.name(), request.account()));
    try (AdminPages pages = new AdminPages(request.replicas(), request.awaitMax())) {
      Optional<String> obstacle = new ServiceStage(checks, pages, request.awaitMax()).run();
      Optional<Map<String, Set<String>>> subscriptions = topology();
      if (usage.isEmpty() && subscriptions.isPresent()) {
        checks.failed(
            Stage.TOPOLOGY,
            CONSUMERS,
            "the broker did not report which clients are bound to its queues",
            "run validate again, or pass --no-semp");
      }
      if (usage.isEmpty() || (admin != null && subscriptions.isEmpty())) {
        obstacle = obstacle.or(() -> Optional.of("the broker could not be queried"));
      }
      if (obstacle.isPresent()) {
        skipAll(obstacle.get());
      } else {
        follow(session, selection, usage.orElseThrow(), subscriptions.orElse(Map.of()), pages);
      }
    }
  }

  /// Looks for consumers of the queues, before anything that a consumer would notice.
  private Optional<WatchedQueues.Usage> usage() throws InterruptedException {
    if (admin == null) {
      return Optional.of(WatchedQueues.Usage.UNKNOWN);
    }
    try {
      WatchedQueues.Usage usage = WatchedQueues.Usage.read(admin, request.topology());
      if (!request.withConsumers()) {
        usage.refuseConsumers();
      }
      return Optional.of(usage);
    } catch (BrokerException _) {
      // Reading the topology reports it.
      return Optional.empty();
    }
  }

  private Optional<Map<String, Set<String>>> topology() throws InterruptedException {
    if (admin == null) {
      checks.skipped(Stage.TOPOLOGY, TopologyStage.NAME, "--no-semp");
      checks.skipped(Stage.TOPOLOGY, CONSUMERS, "--no-semp");
      return Optional.empty();
    }
    return new TopologyStage(request, checks, admin).run();
  }

  private void skipAll(String reason) {
    checks.skipped(Stage.EVENTS, "an event of each type", reason);
    checks.skipped(Stage.DUPLICATES, "the same events again", reason);
    checks.skipped(Stage.REFUSALS, "forged webhooks", reason);
    checks.skipped(Stage.DEAD_MESSAGES, "a rejected message goes to the DMQ", reason);
    checks.skipped(Stage.COUNTERS, "counters before and after", reason);
  }

  private void follow(
      OpeningSession opening,
      TypeCase.Selection selection,
      WatchedQueues.Usage usage,
      Map<String, Set<String>> subscriptions,
      AdminPages pages)
      throws InterruptedException {
    try {
      Session session = opening.get();
      new QueueDrain(request, checks).run(session, usage);
      WatchedQueues queues = new WatchedQueues(run, admin);
      try {
        queues.watch(session, request.topology(), usage);
        witness(session, queues, selection);
        post(selection, queues, subscriptions, pages);
      } finally {
        queues.close();
        removeWitness();
      }
    } catch (BrokerException e) {
      checks.failed(
          Stage.TOPOLOGY,
          "messages can be read as " + request.username(),
          String.valueOf(e.getMessage()),
          BrokerHints.messaging(e));
      skipAll("the queues cannot be read");
    }
  }

  private void witness(Session session, WatchedQueues queues, TypeCase.Selection selection)
      throws InterruptedException {
    if (admin == null) {
      checks.skipped(Stage.TOPOLOGY, WITNESS, "--no-semp; queues are browsed instead");
      return;
    }
    try {
      WitnessQueue witness = new WitnessQueue(admin);
      List<String> leftovers = witness.deleteLeftovers();
      List<Topic> topics = selection.cases().stream().map(TypeCase::topic).toList();
      witness.create(
          run.witness(),
          request.username(),
          WitnessQueue.dmq(request.topology()),
          request.account(),
          topics);
      queues.watchWitness(session);
      checks.passed(
          Stage.TOPOLOGY,
          WITNESS,
          run.witness(),
          leftovers.isEmpty()
              ? List.of()
              : List.of("removed the queue of a dead validation: " + String.join(", ", leftovers)));
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
    ExpectedCounts expectedCounts = new ExpectedCounts(request.topology().routing());
    EventPoster eventPoster = new EventPoster(request, run, poster, clock, expectedCounts);
    CounterStage counting = new CounterStage(request, checks, pages, queues);
    CounterStage.Baseline baseline = counting.baseline();
    EventStage stage = new EventStage(request, run, checks, eventPoster, queues, subscriptions);
    List<EventStage.Outcome> outcomes = stage.run(selection.cases());
    events.addAll(stage.events());
    if (!selection.untried().isEmpty()) {
      checks.skipped(
          Stage.EVENTS,
          String.join(", ", selection.untried()),
          "Stripe has no snapshot event for " + Counted.of(selection.untried().size(), "route"));
    }
    new DuplicatesStage(request, run, checks, eventPoster, queues, subscriptions)
        .run(selection.cases(), outcomes);
    counting.run(baseline, expectedCounts, eventPoster, text);
    series.addAll(counting.series());
    counters.addAll(counting.summed());
  }

  /// Also after an interrupt: nothing of ours may stay.
  private void removeWitness() {
    if (admin == null) {
      return;
    }
    boolean wasInterrupted = Thread.interrupted();
    try {
      new WitnessQueue(admin).delete(run.witness());
    } catch (BrokerException e) {
      text.print(
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
