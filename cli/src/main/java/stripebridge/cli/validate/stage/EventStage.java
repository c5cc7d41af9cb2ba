package stripebridge.cli.validate.stage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stripebridge.cli.validate.evidence.Arrivals;
import stripebridge.cli.validate.evidence.QueueEvidence;
import stripebridge.cli.validate.evidence.RunId;
import stripebridge.cli.validate.evidence.WatchedQueues;
import stripebridge.cli.validate.report.Checks;
import stripebridge.cli.validate.report.Latency;
import stripebridge.cli.validate.report.Report;
import stripebridge.cli.validate.report.Stage;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.finding.Subscription;
import stripebridge.stripe.webhook.PostResult;

/// Posts an event of each type: it must be accepted, published to its topic, and arrive on each of
/// its queues.
///
/// Each event gets a moment before the next is posted, so that latencies do not mix; then the stage
/// waits for all together, so that missing messages cost the timeout once.
public final class EventStage {
  private static final Duration MOMENT = Duration.ofMillis(200);

  private final ValidateRequest request;
  private final RunId run;
  private final Checks checks;
  private final EventPoster poster;
  private final WatchedQueues queues;
  private final MessageCheck messages;
  private final Map<String, Set<String>> subscriptions;
  private final List<Report.Event> events = new ArrayList<>();

  /// Prepares the stage.
  ///
  /// @param subscriptions the broker's, by queue
  public EventStage(
      ValidateRequest request,
      RunId run,
      Checks checks,
      EventPoster poster,
      WatchedQueues queues,
      Map<String, Set<String>> subscriptions) {
    this.request = request;
    this.run = run;
    this.checks = checks;
    this.poster = poster;
    this.queues = queues;
    this.messages = new MessageCheck(EnvelopeSchema.shipped(), request.account());
    this.subscriptions = subscriptions;
  }

  /// What happened to an event.
  ///
  /// @param arrivedAt by [System#nanoTime]; absent if it arrived nowhere
  public record Outcome(EventPoster.Posted posted, Optional<Long> arrivedAt) {}

  public List<Outcome> run(List<TypeCase> cases) throws InterruptedException {
    List<EventPoster.Posted> all = new ArrayList<>();
    for (TypeCase typeCase : cases) {
      EventPoster.Posted posted = poster.post(typeCase, poster.make(typeCase));
      all.add(posted);
      if (posted.isAccepted()) {
        boolean _ =
            queues.arrivals().await(() -> isSeen(posted), System.nanoTime() + MOMENT.toNanos());
      }
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (EventPoster.Posted posted : all) {
      outcomes.add(judge(posted));
    }
    return outcomes;
  }

  private boolean isSeen(EventPoster.Posted posted) {
    return !queues.arrivals().of(posted.event().id()).isEmpty();
  }

  public List<Report.Event> events() {
    return events;
  }

  private Outcome judge(EventPoster.Posted posted) throws InterruptedException {
    TypeCase typeCase = posted.typeCase();
    if (!posted.isAccepted()) {
      checks.failed(Stage.EVENTS, typeCase.type(), posted.answer(), refusedNext(posted));
      note(posted, Optional.empty());
      return new Outcome(posted, Optional.empty());
    }
    String id = posted.event().id();
    long deadline = posted.at() + request.awaitMax().toNanos();
    List<String> problems = new ArrayList<>();
    List<String> places = new ArrayList<>();
    boolean isSeen =
        !queues.hasWitness()
            || queues
                .arrivals()
                .await(() -> queues.arrivals().count(id, run.witness()) > 0, deadline);
    for (String queue : typeCase.queues()) {
      places.add(place(posted, queue, deadline, problems));
    }
    Optional<Arrivals.Arrival> arrival =
        queues.arrivals().of(id).stream().min((one, other) -> Long.compare(one.at(), other.at()));
    arrival.ifPresent(seen ->
        problems.addAll(messages.problems(typeCase, posted.event(), seen.message().content())));
    if (!isSeen) {
      problems.addFirst(
          arrival.isEmpty()
              ? "no message was published to a topic of " + request.account() + waited()
              : "it arrived on " + arrival.get().queue() + ", but not on " + run.witness());
    }
    Optional<Duration> latency =
        arrival.map(seen -> Duration.ofNanos(Math.max(0, seen.at() - posted.at())));
    conclude(posted, places, problems, arrival, latency);
    note(posted, latency);
    return new Outcome(posted, arrival.map(Arrivals.Arrival::at));
  }

  private void conclude(
      EventPoster.Posted posted,
      List<String> places,
      List<String> problems,
      Optional<Arrivals.Arrival> arrival,
      Optional<Duration> latency) {
    String type = posted.typeCase().type();
    String path = places.isEmpty() ? "" : "→ " + String.join(", ", places);
    if (!problems.isEmpty()) {
      List<String> seen = new ArrayList<>(problems);
      seen.addFirst(posted.event().id() + " was " + posted.answer());
      checks.failed(
          Stage.EVENTS,
          type,
          seen,
          arrivedNext(posted, arrival.map(one -> one.message().content())));
    } else if (arrival.isPresent()) {
      checks.passed(Stage.EVENTS, type, path + "  " + latency.map(Latency::text).orElse(""));
    } else if (posted.typeCase().queues().stream()
        .anyMatch(queue -> queues.evidence(queue) instanceof QueueEvidence.Counted)) {
      checks.passed(
          Stage.EVENTS,
          type,
          path,
          List.of("the message itself was not inspected: only counters show it"));
    } else {
      checks.skipped(Stage.EVENTS, type, "it was accepted, but no queue can be read " + path);
    }
  }

  private void note(EventPoster.Posted posted, Optional<Duration> latency) {
    TypeCase typeCase = posted.typeCase();
    events.add(
        new Report.Event(
            posted.event().id(),
            typeCase.type(),
            typeCase.topic().name(),
            typeCase.queues(),
            latency));
  }

  /// The queue as the line of its event names it; adds what is missing to the problems.
  private String place(
      EventPoster.Posted posted, String queue, long deadline, List<String> problems)
      throws InterruptedException {
    String id = posted.event().id();
    int ordinal = posted.ordinals().getOrDefault(queue, 1);
    switch (queues.evidence(queue)) {
      case QueueEvidence.Browsed browsed -> {
        boolean isThere =
            queues.arrivals().await(() -> queues.arrivals().count(id, queue) > 0, deadline);
        if (isThere) {
          return queue;
        }
        if (isTakenByConsumer(browsed, ordinal)) {
          return queue + " (by counters, a consumer bound meanwhile)";
        }
        problems.add(
            "it did not arrive on "
                + queue
                + browsed
                    .failure()
                    .map(e -> ", which cannot be read any more: " + e.getMessage())
                    .orElse(waited()));
        return queue;
      }
      case QueueEvidence.Counted counted -> {
        checkCounters(posted, counted, ordinal, deadline, problems);
        return queue + " (by counters, " + counted.why() + ")";
      }
      case QueueEvidence.None(String _, String why) -> {
        if (why.equals(WatchedQueues.MISSING)) {
          problems.add("queue " + queue + " does not exist");
        }
        return queue + " (not checked: " + why + ")";
      }
    }
  }

  private void checkCounters(
      EventPoster.Posted posted,
      QueueEvidence.Counted counted,
      int ordinal,
      long deadline,
      List<String> problems)
      throws InterruptedException {
    Set<String> attracting = subscriptions.getOrDefault(counted.queue(), Set.of());
    if (!Subscription.attractsAccount(attracting, posted.typeCase().topic())) {
      problems.add(
          "no subscription of " + counted.queue() + " matches " + posted.typeCase().topic());
      return;
    }
    try {
      if (!queues.awaitSpooled(counted, ordinal, deadline)) {
        problems.add(
            "spooledMsgCount of %s rose by less than our %d messages%s"
                .formatted(counted.queue(), ordinal, waited()));
      }
    } catch (BrokerException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  /// With `--with-consumers`, a consumer may bind during the validation, and even leave again.
  private boolean isTakenByConsumer(QueueEvidence.Browsed browsed, int ordinal)
      throws InterruptedException {
    if (!request.withConsumers() || browsed.spooled() < 0) {
      return false;
    }
    try {
      Optional<QueueStatus> now = queues.status(browsed.queue());
      return now.isPresent() && now.get().counters().spooled() - browsed.spooled() >= ordinal;
    } catch (BrokerException _) {
      return false;
    }
  }

  private String waited() {
    return " within " + Latency.text(request.awaitMax());
  }

  private static String refusedNext(EventPoster.Posted posted) {
    if (!(posted.result() instanceof PostResult.Answered answered)) {
      return "start the bridge with 'stripebridge serve', or pass its URL with --app-url";
    }
    String error = answered.error() == null ? "" : answered.error();
    return switch (error) {
      case "signature_mismatch" ->
          "the first secret of STRIPE_WEBHOOK_SECRET must be one of the bridge's: compare"
              + " 'stripebridge config show' on both machines";
      case "timestamp_too_old", "timestamp_in_future" ->
          "synchronize the clocks: this machine's and the bridge's differ by more than 5 minutes";
      case "proxy_header_missing" ->
          "pass --app-url with the proxy's base URL: the bridge accepts connections only from the"
              + " proxy (APP_PROXY_PROTOCOL)";
      case "inbox_full" -> "stripebridge inbox stats";
      case "inbox_unavailable" -> "look for inbox_failed in the bridge's log";
      default ->
          answered.status() == 404 || answered.status() == 405
              ? "pass --app-url with the bridge's base URL; APP_WEBHOOK_PATH is added to it"
              : "look for webhook_refused in the bridge's log";
    };
  }

  private static String arrivedNext(EventPoster.Posted posted, Optional<MessageContent> arrived) {
    String id = posted.event().id();
    if (arrived.isEmpty()) {
      return "'stripebridge inbox show "
          + id
          + "' on the bridge's machine shows whether it waits or is parked, and why";
    }
    boolean isMisrouted =
        !arrived.get().destination().name().equals(posted.typeCase().topic().name());
    return isMisrouted
        ? "serve reads its routes from another topology.yaml: compare the files; serve takes a"
            + " corrected one without a restart"
        : "'stripebridge provision --dry-run' shows what the broker lacks, and 'stripebridge queues"
            + " QUEUE' what a queue attracts";
  }
}
