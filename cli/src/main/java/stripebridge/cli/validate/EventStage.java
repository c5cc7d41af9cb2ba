package stripebridge.cli.validate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.finding.Subscription;
import stripebridge.stripe.webhook.PostResult;

/// An event of each type: taken, published once to its topic, and on each of its queues.
///
/// Each is given a moment before the next is posted, so that its latency is its own; then all are
/// waited for together, so that what does not come costs its time once.
final class EventStage {
  private static final Duration MOMENT = Duration.ofMillis(200);

  private final ValidateRequest setup;
  private final RunId run;
  private final Checks checks;
  private final EventPoster posting;
  private final WatchedQueues queues;
  private final MessageCheck messages;
  private final Map<String, Set<String>> subscriptions;
  private final List<Report.Event> events = new ArrayList<>();

  /// @param subscriptions those that the broker has, by queue
  EventStage(
      ValidateRequest setup,
      RunId run,
      Checks checks,
      EventPoster posting,
      WatchedQueues queues,
      MessageCheck messages,
      Map<String, Set<String>> subscriptions) {
    this.setup = setup;
    this.run = run;
    this.checks = checks;
    this.posting = posting;
    this.queues = queues;
    this.messages = messages;
    this.subscriptions = subscriptions;
  }

  /// What came of an event.
  ///
  /// @param arrivedAt by [System#nanoTime]; absent when it was seen nowhere
  record Outcome(EventPoster.Posted posted, Optional<Long> arrivedAt) {}

  List<Outcome> run(List<TypeCase> cases) throws InterruptedException {
    List<EventPoster.Posted> all = new ArrayList<>();
    for (TypeCase wanted : cases) {
      EventPoster.Posted posted = posting.post(wanted, posting.make(wanted));
      all.add(posted);
      if (posted.isTaken()) {
        var _ = queues.arrivals().await(() -> isSeen(posted), System.nanoTime() + MOMENT.toNanos());
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

  List<Report.Event> events() {
    return events;
  }

  private Outcome judge(EventPoster.Posted posted) throws InterruptedException {
    TypeCase wanted = posted.wanted();
    if (!posted.isTaken()) {
      checks.failed(Stage.EVENTS, wanted.type(), posted.answer(), refusedNext(posted));
      note(posted, Optional.empty());
      return new Outcome(posted, Optional.empty());
    }
    String id = posted.event().id();
    long deadline = posted.at() + setup.awaitMax().toNanos();
    List<String> against = new ArrayList<>();
    List<String> places = new ArrayList<>();
    boolean isSeen =
        !queues.hasWitness()
            || queues
                .arrivals()
                .await(() -> queues.arrivals().count(id, run.witness()) > 0, deadline);
    for (String queue : wanted.queues()) {
      places.add(place(posted, queue, deadline, against));
    }
    Optional<Arrivals.Arrival> arrival =
        queues.arrivals().of(id).stream().min((one, other) -> Long.compare(one.at(), other.at()));
    arrival.ifPresent(
        seen -> against.addAll(messages.against(wanted, posted.event(), seen.message().content())));
    if (!isSeen) {
      against.addFirst(
          arrival.isEmpty()
              ? "no message was published to a topic of " + setup.account() + waited()
              : "it came to " + arrival.get().queue() + ", and not to " + run.witness());
    }
    Optional<Duration> latency =
        arrival.map(seen -> Duration.ofNanos(Math.max(0, seen.at() - posted.at())));
    conclude(posted, places, against, arrival, latency);
    note(posted, latency);
    return new Outcome(posted, arrival.map(Arrivals.Arrival::at));
  }

  private void conclude(
      EventPoster.Posted posted,
      List<String> places,
      List<String> against,
      Optional<Arrivals.Arrival> arrival,
      Optional<Duration> latency) {
    String type = posted.wanted().type();
    String way = places.isEmpty() ? "" : "→ " + String.join(", ", places);
    if (!against.isEmpty()) {
      List<String> seen = new ArrayList<>(against);
      seen.addFirst(posted.event().id() + " was " + posted.answer());
      checks.failed(
          Stage.EVENTS,
          type,
          seen,
          arrivedNext(posted, arrival.map(one -> one.message().content())));
    } else if (arrival.isPresent()) {
      checks.passed(Stage.EVENTS, type, way + "  " + latency.map(Latency::text).orElse(""));
    } else if (posted.wanted().queues().stream()
        .anyMatch(queue -> queues.proof(queue) instanceof QueueEvidence.Counted)) {
      checks.passed(
          Stage.EVENTS,
          type,
          way,
          List.of("the message itself was not looked at: it was seen by counters only"));
    } else {
      checks.skipped(Stage.EVENTS, type, "it was taken, and nobody can see where it went " + way);
    }
  }

  private void note(EventPoster.Posted posted, Optional<Duration> latency) {
    TypeCase wanted = posted.wanted();
    events.add(
        new Report.Event(
            posted.event().id(), wanted.type(), wanted.topic().name(), wanted.queues(), latency));
  }

  /// The queue as the line of its event names it; what is missing goes to `against`.
  private String place(EventPoster.Posted posted, String queue, long deadline, List<String> against)
      throws InterruptedException {
    String id = posted.event().id();
    int ordinal = posted.ordinals().getOrDefault(queue, 1);
    switch (queues.proof(queue)) {
      case QueueEvidence.Browsed browsed -> {
        boolean isThere =
            queues.arrivals().await(() -> queues.arrivals().count(id, queue) > 0, deadline);
        if (isThere) {
          return queue;
        }
        if (isTakenByConsumer(browsed, ordinal)) {
          return queue + " (by counters, a consumer came)";
        }
        against.add(
            "it is not on "
                + queue
                + browsed
                    .reader()
                    .failure()
                    .map(e -> ", which reads no more: " + e.getMessage())
                    .orElse(waited()));
        return queue;
      }
      case QueueEvidence.Counted counted -> {
        countedOrNot(posted, counted, ordinal, deadline, against);
        return queue + " (by counters, " + counted.why() + ")";
      }
      case QueueEvidence.None(String _, String why) -> {
        if (why.equals(WatchedQueues.MISSING)) {
          against.add("queue " + queue + " does not exist");
        }
        return queue + " (not checked: " + why + ")";
      }
    }
  }

  private void countedOrNot(
      EventPoster.Posted posted,
      QueueEvidence.Counted counted,
      int ordinal,
      long deadline,
      List<String> against)
      throws InterruptedException {
    Set<String> attracting = subscriptions.getOrDefault(counted.queue(), Set.of());
    if (!Subscription.attractsAccount(attracting, posted.wanted().topic())) {
      against.add("no subscription of " + counted.queue() + " matches " + posted.wanted().topic());
      return;
    }
    try {
      if (!queues.awaitSpooled(counted, ordinal, deadline)) {
        against.add(
            "spooledMsgCount of %s rose by less than the %d messages of ours%s"
                .formatted(counted.queue(), ordinal, waited()));
      }
    } catch (BrokerException e) {
      against.add(String.valueOf(e.getMessage()));
    }
  }

  /// Somebody may begin to consume meanwhile, where that is allowed, and even go again.
  private boolean isTakenByConsumer(QueueEvidence.Browsed browsed, int ordinal)
      throws InterruptedException {
    if (!setup.withConsumers() || browsed.spooled() < 0) {
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
    return " within " + Latency.text(setup.awaitMax());
  }

  private static String refusedNext(EventPoster.Posted posted) {
    if (!(posted.result() instanceof PostResult.Answered answered)) {
      return "start the bridge with 'stripebridge serve', or say with --app-url where it is";
    }
    String error = answered.error() == null ? "" : answered.error();
    return switch (error) {
      case "signature_mismatch" ->
          "the first secret of STRIPE_WEBHOOK_SECRET must be one of the bridge's: compare"
              + " 'stripebridge config show' here and there";
      case "timestamp_too_old", "timestamp_in_future" ->
          "set the clocks: this machine's and the bridge's are more than 5 minutes apart";
      case "proxy_header_missing" ->
          "pass --app-url with the proxy's base URL: the bridge takes connections from it only"
              + " (APP_PROXY_PROTOCOL)";
      case "inbox_full" -> "stripebridge inbox stats";
      case "inbox_unavailable" -> "look into the bridge's log for inbox_failed";
      default ->
          answered.status() == 404 || answered.status() == 405
              ? "pass --app-url with the bridge's base URL; APP_WEBHOOK_PATH is added to it"
              : "look into the bridge's log for webhook_refused";
    };
  }

  private static String arrivedNext(EventPoster.Posted posted, Optional<MessageContent> arrived) {
    String id = posted.event().id();
    if (arrived.isEmpty()) {
      return "'stripebridge inbox show "
          + id
          + "' on the bridge's machine says whether it waits or is parked, and why";
    }
    boolean isAstray = !arrived.get().destination().name().equals(posted.wanted().topic().name());
    return isAstray
        ? "serve takes its routes from another topology.yaml: compare them, and start it anew"
        : "'stripebridge provision --dry-run' shows what the broker lacks, and 'stripebridge queues"
            + " QUEUE' what a queue attracts";
  }
}
