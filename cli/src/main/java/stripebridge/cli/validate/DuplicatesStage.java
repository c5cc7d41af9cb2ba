package stripebridge.cli.validate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stripebridge.cli.output.Counted;
import stripebridge.core.finding.Subscription;
import stripebridge.stripe.event.TestEvent;
import stripebridge.stripe.webhook.PostResult;

/// What must make no message: the same events again, and forged ones. Then one more event, after
/// which nothing of them can still come, since a bridge publishes in order; the witness rejects its
/// message, and finds it on the DMQ.
final class DuplicatesStage {
  private final ValidateRequest setup;
  private final RunId run;
  private final Checks checks;
  private final EventPoster posting;
  private final WatchedQueues queues;
  private final Map<String, Set<String>> subscriptions;
  private String deadMessageSkipped = "no event came that could be rejected";

  /// @param subscriptions those that the broker has, by queue
  DuplicatesStage(
      ValidateRequest setup,
      RunId run,
      Checks checks,
      EventPoster posting,
      WatchedQueues queues,
      Map<String, Set<String>> subscriptions) {
    this.setup = setup;
    this.run = run;
    this.checks = checks;
    this.posting = posting;
    this.queues = queues;
    this.subscriptions = subscriptions;
  }

  void run(List<TypeCase> cases, List<EventStage.Outcome> outcomes) throws InterruptedException {
    List<EventPoster.Posted> taken =
        outcomes.stream().map(EventStage.Outcome::posted).filter(EventPoster.Posted::isTaken).toList();
    List<EventPoster.Posted> again = new ArrayList<>();
    for (EventPoster.Posted posted : taken) {
      again.add(posting.post(posted.wanted(), posted.event()));
    }
    // The type of an event that came, so that the last one comes too.
    Optional<TypeCase> flowing =
        outcomes.stream()
            .filter(outcome -> outcome.arrivedAt().isPresent())
            .map(outcome -> outcome.posted().wanted())
            .findFirst();
    TypeCase type = flowing.orElse(cases.getFirst());
    Map<Forgery, EventPoster.Posted> forged = new EnumMap<>(Forgery.class);
    for (Forgery forgery : Forgery.values()) {
      forged.put(forgery, posting.forge(type, posting.make(type), forgery));
    }
    Optional<String> dmq = flowing.isPresent() ? rejectable() : Optional.empty();
    Optional<EventPoster.Posted> last = Optional.empty();
    if (flowing.isPresent()) {
      TestEvent event = posting.make(type);
      dmq.ifPresent(_ -> queues.reject(event.id()));
      last = Optional.of(posting.post(type, event));
    }
    boolean isOver = last.isPresent() && awaitSeen(last.get());
    duplicates(taken, again, isOver);
    forged.forEach((forgery, posted) -> {
      if (forgery == Forgery.STALE && taken.isEmpty()) {
        checks.skipped(Stage.REFUSALS, forgery.words(), "without a secret that the bridge knows");
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
        .await(() -> !queues.arrivals().of(id).isEmpty(), last.at() + setup.awaitMax().toNanos());
  }

  private void duplicates(List<EventPoster.Posted> taken, List<EventPoster.Posted> again, boolean isOver) {
    String name = "the same " + Counted.of(taken.size(), "event") + " again";
    if (taken.isEmpty()) {
      checks.skipped(Stage.DUPLICATES, "the same events again", "no event was taken");
      return;
    }
    List<String> wrong =
        again.stream()
            .filter(posted -> !posted.isDuplicate())
            .map(posted -> posted.wanted().type() + " was " + posted.answer())
            .toList();
    checks.judged(
        Stage.DUPLICATES,
        name,
        "200 duplicate",
        wrong,
        "IDEMPOTENCY_TTL_SECONDS says how long ids are remembered; look into the bridge's log for"
            + " webhook_stored");
    List<String> surplus = taken.stream().flatMap(posted -> surplus(posted).stream()).toList();
    String once = "each event is once on each of its queues, and on no other";
    if (surplus.isEmpty() && !isOver) {
      checks.skipped(
          Stage.DUPLICATES, once, "since no event came after which no second message can come");
    } else {
      checks.judged(
          Stage.DUPLICATES,
          once,
          "",
          surplus,
          "'stripebridge inbox show ID' tells how often the bridge was refused or not answered");
    }
  }

  /// Where a message is more than once, or should not be.
  private List<String> surplus(EventPoster.Posted posted) {
    String id = posted.event().id();
    String what = posted.wanted().type() + " (" + id + ")";
    List<String> clauses = new ArrayList<>();
    long published = queues.arrivals().count(id, run.witness());
    if (published > 1) {
      clauses.add(what + " was published " + published + " times");
    }
    for (QueueEvidence proof : queues.proofs()) {
      String queue = proof.queue();
      boolean isWanted = posted.wanted().queues().contains(queue);
      long found = queues.arrivals().count(id, queue);
      boolean isAttracted =
          proof instanceof QueueEvidence.Counted
              && Subscription.attractsAccount(
                  subscriptions.getOrDefault(queue, Set.of()), posted.wanted().topic());
      if (found > 1) {
        clauses.add(what + " came to " + queue + " " + found + " times");
      } else if (!isWanted && (found == 1 || isAttracted)) {
        clauses.add(what + " came to " + queue + ", where it does not belong");
      }
    }
    return clauses;
  }

  private void refusal(Forgery forgery, EventPoster.Posted posted, boolean isOver) {
    List<String> against = new ArrayList<>();
    boolean isRefused =
        posted.result() instanceof PostResult.Answered answered
            && answered.status() == 400
            && (answered.error() == null || answered.error().equals(forgery.error()));
    if (!isRefused) {
      against.add(posted.answer() + ", expected 400 " + forgery.error());
    }
    if (!queues.arrivals().of(posted.event().id()).isEmpty()) {
      against.add("its message was published");
    }
    checks.judged(
        Stage.REFUSALS,
        forgery.words(),
        posted.answer() + (isOver ? ", no message" : ""),
        against,
        "what answers at " + setup.webhooks() + " must verify signatures: look at what it is");
  }

  /// Where the last event's message has to be after it was rejected; nothing when that cannot be
  /// tried.
  private Optional<String> rejectable() {
    Optional<String> dmq = WitnessQueue.dmq(setup.topology());
    if (dmq.isEmpty()) {
      return without("the topology names no DMQ of its own");
    }
    if (!queues.hasWitness()) {
      return without("there is no witness queue to reject it on");
    }
    if (!queues.isRejecting()) {
      return without("the broker takes no rejections, as brokers do since 10.2.1");
    }
    return switch (queues.proof(dmq.get())) {
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
                System.nanoTime() + setup.awaitMax().toNanos());
    Optional<Arrivals.Arrival> seen = queues.arrivals().first(id, run.witness());
    if (!isFound && seen.isPresent() && !seen.get().message().content().dmqEligible()) {
      checks.skipped(
          Stage.DEAD_MESSAGES, name, "the bridge publishes what no DMQ takes (DMQ_ELIGIBLE)");
      return;
    }
    List<String> against = new ArrayList<>();
    if (!isFound) {
      boolean isSeen = seen.isPresent();
      against.add(
          isSeen
              ? "%s was rejected on %s, and is not on %s within %s"
                  .formatted(id, run.witness(), dmq.get(), Latency.text(setup.awaitMax()))
              : id + " did not come to " + run.witness() + ", " + last.get().answer());
    }
    checks.judged(
        Stage.DEAD_MESSAGES,
        name,
        "found on " + dmq.get() + ", and removed",
        against,
        "stripebridge queues " + dmq.get());
  }
}
