package stripebridge.cli.validate.stage;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stripebridge.cli.output.Counted;
import stripebridge.cli.validate.evidence.Arrivals;
import stripebridge.cli.validate.evidence.QueueEvidence;
import stripebridge.cli.validate.evidence.RunId;
import stripebridge.cli.validate.evidence.WatchedQueues;
import stripebridge.cli.validate.report.Checks;
import stripebridge.cli.validate.report.Latency;
import stripebridge.cli.validate.report.Stage;
import stripebridge.core.finding.Subscription;
import stripebridge.stripe.event.TestEvent;
import stripebridge.stripe.webhook.PostResult;

/// Checks that the same events again, and forged ones, produce no message. Then posts one more
/// event: since a bridge publishes in order, no earlier message can follow it. The witness rejects
/// its message, and it must arrive on the DMQ.
public final class DuplicatesStage {
  private final ValidateRequest request;
  private final RunId run;
  private final Checks checks;
  private final EventPoster poster;
  private final WatchedQueues queues;
  private final Map<String, Set<String>> subscriptions;
  private String deadMessageSkipped = "no event arrived to reject";

  /// Prepares the stage.
  ///
  /// @param subscriptions the broker's, by queue
  public DuplicatesStage(
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
    this.subscriptions = subscriptions;
  }

  public void run(List<TypeCase> cases, List<EventStage.Outcome> outcomes)
      throws InterruptedException {
    List<EventPoster.Posted> accepted =
        outcomes.stream()
            .map(EventStage.Outcome::posted)
            .filter(EventPoster.Posted::isAccepted)
            .toList();
    List<EventPoster.Posted> again = new ArrayList<>();
    for (EventPoster.Posted posted : accepted) {
      again.add(poster.post(posted.typeCase(), posted.event()));
    }
    // The type of an event that arrived, so that the last event arrives too.
    Optional<TypeCase> arriving =
        outcomes.stream()
            .filter(outcome -> outcome.arrivedAt().isPresent())
            .map(outcome -> outcome.posted().typeCase())
            .findFirst();
    TypeCase type = arriving.orElse(cases.getFirst());
    Map<Forgery, EventPoster.Posted> forged = new EnumMap<>(Forgery.class);
    for (Forgery forgery : Forgery.values()) {
      forged.put(forgery, poster.forge(type, poster.make(type), forgery));
    }
    Optional<String> dmq = arriving.isPresent() ? rejectable() : Optional.empty();
    Optional<EventPoster.Posted> last = Optional.empty();
    if (arriving.isPresent()) {
      TestEvent event = poster.make(type);
      dmq.ifPresent(_ -> queues.reject(event.id()));
      last = Optional.of(poster.post(type, event));
    }
    boolean isOver = last.isPresent() && awaitSeen(last.get());
    duplicates(accepted, again, isOver);
    forged.forEach((forgery, posted) -> {
      if (forgery == Forgery.STALE && accepted.isEmpty()) {
        checks.skipped(Stage.REFUSALS, forgery.words(), "no secret that the bridge knows");
      } else {
        refusal(forgery, posted, isOver);
      }
    });
    deadMessage(dmq, last);
  }

  private boolean awaitSeen(EventPoster.Posted last) throws InterruptedException {
    String id = last.event().id();
    return queues
        .arrivals()
        .await(() -> !queues.arrivals().of(id).isEmpty(), last.at() + request.awaitMax().toNanos());
  }

  private void duplicates(
      List<EventPoster.Posted> accepted, List<EventPoster.Posted> again, boolean isOver) {
    String name = "the same " + Counted.of(accepted.size(), "event") + " again";
    if (accepted.isEmpty()) {
      checks.skipped(Stage.DUPLICATES, "the same events again", "the bridge accepted no event");
      return;
    }
    List<String> problems =
        again.stream()
            .filter(posted -> !posted.isDuplicate())
            .map(posted -> posted.typeCase().type() + ": " + posted.answer())
            .toList();
    checks.judged(
        Stage.DUPLICATES,
        name,
        "200 duplicate",
        problems,
        "IDEMPOTENCY_TTL_SECONDS sets how long ids are remembered; look for webhook_stored in the"
            + " bridge's log");
    List<String> surplus = accepted.stream().flatMap(posted -> surplus(posted).stream()).toList();
    String once = "each event is on each of its queues once, and on no other";
    if (surplus.isEmpty() && !isOver) {
      checks.skipped(
          Stage.DUPLICATES, once, "no later event arrived, so a second message may still follow");
    } else {
      checks.judged(
          Stage.DUPLICATES,
          once,
          "",
          surplus,
          "'stripebridge inbox show ID' shows how often a publish was refused or not acknowledged");
    }
  }

  /// The queues where a message is more than once, or should not be.
  private List<String> surplus(EventPoster.Posted posted) {
    String id = posted.event().id();
    String what = posted.typeCase().type() + " (" + id + ")";
    List<String> clauses = new ArrayList<>();
    long published = queues.arrivals().count(id, run.witness());
    if (published > 1) {
      clauses.add(what + " was published " + published + " times");
    }
    for (QueueEvidence evidence : queues.evidence()) {
      String queue = evidence.queue();
      boolean isExpected = posted.typeCase().queues().contains(queue);
      long found = queues.arrivals().count(id, queue);
      boolean isAttracted =
          evidence instanceof QueueEvidence.Counted
              && Subscription.attractsAccount(
                  subscriptions.getOrDefault(queue, Set.of()), posted.typeCase().topic());
      if (found > 1) {
        clauses.add(what + " arrived on " + queue + " " + found + " times");
      } else if (!isExpected && (found == 1 || isAttracted)) {
        clauses.add(what + " arrived on " + queue + ", where it does not belong");
      }
    }
    return clauses;
  }

  private void refusal(Forgery forgery, EventPoster.Posted posted, boolean isOver) {
    List<String> problems = new ArrayList<>();
    boolean isRefused =
        posted.result() instanceof PostResult.Answered answered
            && answered.status() == 400
            && (answered.error() == null || answered.error().equals(forgery.error()));
    if (!isRefused) {
      problems.add(posted.answer() + ", expected 400 " + forgery.error());
    }
    if (!queues.arrivals().of(posted.event().id()).isEmpty()) {
      problems.add("its message was published");
    }
    checks.judged(
        Stage.REFUSALS,
        forgery.words(),
        posted.answer() + (isOver ? ", no message" : ""),
        problems,
        "the server at "
            + request.webhooks()
            + " must verify signatures: check that it is the bridge");
  }

  /// The DMQ on which the last event's message must arrive after its rejection; empty if that
  /// cannot be tried.
  private Optional<String> rejectable() {
    Optional<String> dmq = WitnessQueue.dmq(request.topology());
    if (dmq.isEmpty()) {
      return without("no queue names a DMQ of the topology");
    }
    if (!queues.hasWitness()) {
      return without("there is no witness queue to reject it on");
    }
    if (!queues.isRejecting()) {
      return without("the broker does not support rejection (10.2.1 and later do)");
    }
    return switch (queues.evidence(dmq.get())) {
      case QueueEvidence.Browsed _ -> dmq;
      case QueueEvidence.Counted counted ->
          without(dmq.get() + " is not browsed: " + counted.why());
      case QueueEvidence.None(String _, String why) ->
          without(dmq.get() + " is not browsed: " + why);
    };
  }

  private Optional<String> without(String reason) {
    deadMessageSkipped = reason;
    return Optional.empty();
  }

  private void deadMessage(Optional<String> dmq, Optional<EventPoster.Posted> last)
      throws InterruptedException {
    String name = "a rejected message goes to the DMQ";
    if (dmq.isEmpty() || last.isEmpty()) {
      checks.skipped(Stage.DEAD_MESSAGES, name, deadMessageSkipped);
      return;
    }
    String id = last.get().event().id();
    boolean isFound =
        queues
            .arrivals()
            .await(
                () -> queues.arrivals().count(id, dmq.get()) > 0,
                System.nanoTime() + request.awaitMax().toNanos());
    Optional<Arrivals.Arrival> seen = queues.arrivals().first(id, run.witness());
    if (!isFound && seen.isPresent() && !seen.get().message().content().dmqEligible()) {
      checks.skipped(
          Stage.DEAD_MESSAGES,
          name,
          "the messages of the bridge are not DMQ-eligible (DMQ_ELIGIBLE)");
      return;
    }
    List<String> problems = new ArrayList<>();
    if (!isFound) {
      boolean isSeen = seen.isPresent();
      problems.add(
          isSeen
              ? "%s was rejected on %s, but did not arrive on %s within %s"
                  .formatted(id, run.witness(), dmq.get(), Latency.text(request.awaitMax()))
              : id
                  + " did not arrive on "
                  + run.witness()
                  + "; its webhook: "
                  + last.get().answer());
    }
    checks.judged(
        Stage.DEAD_MESSAGES,
        name,
        "found on " + dmq.get() + ", and removed",
        problems,
        "stripebridge queues " + dmq.get());
  }
}
