package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.Refusal;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.Settlement;
import stripebridge.relay.ComposedMessage.Publishable;
import stripebridge.relay.ComposedMessage.Unpublishable;
import stripebridge.relay.RelayStep.ForClaimer;
import stripebridge.relay.RelayStep.ForSender;
import stripebridge.relay.RelayStep.ForSettler;

/// Decides what the relay claims, sends and settles, and when. It is told what happened and answers
/// with the next step. It has no thread, clock or I/O, so that a test can play any order of events.
///
/// Not thread-safe; [Relay] guards it with its lock.
final class RelayState {
  private enum Phase {
    RUNNING,
    /// Claims and sends nothing new; waits for answers to what is in flight.
    STOPPING,
    ENDED
  }

  /// The longest that a claim waits for an entry.
  static final Duration CLAIM_WAIT = Duration.ofMillis(250);

  /// How long after its date the trial entry of a held topic may be missing before the topic
  /// resumes without it. An operator may have discarded it.
  static final Duration TRIAL_GRACE = Duration.ofSeconds(5);

  /// The same while the inbox has more due entries than it can return at once.
  static final Duration TRIAL_GRACE_BUSY = Duration.ofMinutes(1);

  // Thousands of topics can be held, and there are thousands of claims a second.
  private static final Duration TRIALS_SOUGHT_EVERY = Duration.ofSeconds(1);

  // Without it, only the order after a restart suffers; waiting for it could stop publishing.
  private static final int REFUSED_DUE_TRIES_MAX = 3;

  // Claiming entries one by one as room appears would cost a query each.
  private static final int ROOM_MIN = 8;

  private final RelayLimits limits;
  private final RandomGenerator random;
  private final Lanes lanes;
  private final InFlight inFlight = new InFlight();
  private final PendingSettlements pending;
  private final ProducerState producer;
  private final Retry claiming;
  private final Retry settling;
  private List<Consumer<RelayObserver>> notes = new ArrayList<>();
  private Phase phase = Phase.RUNNING;
  private boolean areBacklogsKnown;
  private int refusedDueTries;
  private boolean wasHeldClaimedLast;

  /// Entries left by the process before may be free. Until they are claimed, those that are held
  /// behind them are not.
  private int leftoversMax;

  private Lanes.@Nullable Question asked;
  private Instant trialsSoughtAt = Instant.EPOCH;
  private int unanswered;

  RelayState(RelayLimits limits, RandomGenerator random) {
    this.limits = limits;
    this.random = random;
    this.lanes = new Lanes(limits);
    this.leftoversMax = limits.lookAheadMax() + limits.inFlightMax();
    this.pending = new PendingSettlements(limits.marksMax());
    this.producer = new ProducerState(limits.stallMax());
    this.claiming = new Retry(limits.inboxBackoff(), random);
    this.settling = new Retry(limits.inboxBackoff(), random);
  }

  // ---- The claimer

  ForClaimer nextClaim(Instant now) {
    if (phase != Phase.RUNNING) {
      return new RelayStep.End();
    }
    if (!claiming.isDue(now)) {
      return new RelayStep.Wait(claiming.notBefore());
    }
    if (!areBacklogsKnown) {
      return new RelayStep.FindBacklogs(refusedDueTries < REFUSED_DUE_TRIES_MAX);
    }
    int room = room();
    if (room == 0) {
      return RelayStep.Wait.IDLE;
    }
    // Alternate, so that neither kind of claim starves the other.
    boolean isHeldNext = !wasHeldClaimedLast && leftoversMax <= 0;
    asked = isHeldNext ? lanes.nextQuestion() : null;
    wasHeldClaimedLast = asked != null;
    if (asked != null) {
      return new RelayStep.ClaimHeld(asked.backlog().behind, Math.min(asked.max(), room));
    }
    return new RelayStep.ClaimAny(room, lanes.hasBacklogs() ? Duration.ZERO : CLAIM_WAIT);
  }

  /// How many more entries may be claimed.
  int room() {
    int places = limits.lookAheadMax() - lanes.entries() - pending.size();
    long bySize = (limits.lookAheadBytesMax() - lanes.bytes()) / limits.entryBytesMax();
    int room = (int) Math.max(0, Math.min(places, bySize));
    return room < ROOM_MIN && lanes.sendable() > 0 ? 0 : room;
  }

  /// Whether entries that are held in the inbox are wanted.
  boolean isAskingForHeld() {
    return lanes.isAsking();
  }

  /// @param behind from [stripebridge.core.inbox.Inbox#heldBehind]
  void backlogsFound(Collection<String> behind) {
    claimWorks();
    areBacklogsKnown = true;
    lanes.found(behind);
  }

  /// @param max how many were asked for
  /// @param begunAt when the inbox was asked
  void claimed(List<ComposedMessage> entries, int max, Instant begunAt) {
    claimWorks();
    entries.forEach(this::take);
    leftoversMax = entries.size() < max ? 0 : leftoversMax - leftovers(entries);
    // Entries come in sequence, so any entry that is not among these comes later; but those with
    // the
    // oldest dates come first, and there can be many.
    boolean isAll = entries.size() < max;
    long reached = isAll ? Long.MAX_VALUE : entries.getLast().sequence();
    if (begunAt.isBefore(trialsSoughtAt.plus(TRIALS_SOUGHT_EVERY))) {
      return;
    }
    trialsSoughtAt = begunAt;
    for (TopicLanes topic :
        lanes.missingTrials(reached, begunAt.minus(isAll ? TRIAL_GRACE : TRIAL_GRACE_BUSY))) {
      resume(topic);
    }
  }

  /// Entries with a date come first, and are none of those that the last process had claimed.
  private static int leftovers(List<ComposedMessage> entries) {
    return (int)
        entries.stream()
            .filter(entry -> !(entry instanceof Publishable known && known.refusals() > 0))
            .count();
  }

  /// The answer to [RelayStep.ClaimHeld].
  ///
  /// @param max how many were asked for
  void heldClaimed(List<ComposedMessage> entries, int max) {
    claimWorks();
    Backlog backlog = takeAsked();
    int heldAgain = 0;
    for (ComposedMessage entry : entries) {
      if (phase == Phase.RUNNING
          && entry instanceof Publishable next
          && next.topic().equals(backlog.topic.name)
          && (backlog.lane == null || backlog.lane.key.equals(next.orderKey()))) {
        if (backlog.isInOrder(next.sequence())) {
          put(next, lanes.placeReturned(backlog, next));
        } else {
          heldAgain++;
          holdBack(backlog, next);
        }
      } else {
        // The routes may have changed since the entry was held.
        take(entry);
      }
    }
    for (Publishable next :
        lanes.answered(backlog, entries.size(), heldAgain, entries.size() < max)) {
      take(next);
    }
  }

  private Backlog takeAsked() {
    Lanes.Question question = asked;
    if (question == null) {
      throw new IllegalStateException("the inbox was not asked for held entries");
    }
    asked = null;
    return question.backlog();
  }

  /// The inbox answers, and could not make refused entries due.
  void refusedDueFailed(InboxException cause, Instant now) {
    refusedDueTries++;
    claimFailed(cause, now);
  }

  void claimFailed(InboxException cause, Instant now) {
    Instant againAt = claiming.failed(now);
    note(observer -> observer.inboxFailed("claim entries", cause, againAt));
    if (asked != null) {
      lanes.askingFailed(takeAsked());
    }
  }

  private void claimWorks() {
    if (claiming.worked()) {
      note(observer -> observer.inboxRecovered("claim entries"));
    }
  }

  private void take(ComposedMessage entry) {
    switch (entry) {
      case Unpublishable unpublishable -> pending.parked(unpublishable);
      case Publishable publishable when phase != Phase.RUNNING -> pending.released(publishable);
      case Publishable publishable -> put(publishable, lanes.place(publishable));
    }
  }

  private void put(Publishable entry, Lanes.Place place) {
    if (place instanceof Lanes.Place.Behind(Backlog backlog, List<Publishable> before)) {
      before.forEach(each -> holdBack(backlog, each));
      holdBack(backlog, entry);
    }
  }

  // ---- The sender

  ForSender nextSend(Instant now) {
    if (phase == Phase.ENDED) {
      return new RelayStep.End();
    }
    if (phase == Phase.RUNNING && producer.isOpenDue(now)) {
      return new RelayStep.Open(producer.open());
    }
    List<Publishable> burst = isSending() ? nextBurst(now) : List.of();
    if (!burst.isEmpty()) {
      return new RelayStep.Send(producer.epoch(), burst);
    }
    return phase == Phase.RUNNING && producer.isToBeOpened()
        ? new RelayStep.Wait(producer.openAt())
        : RelayStep.Wait.IDLE;
  }

  /// Whether the sender has something to do now.
  boolean isSenderWanted(Instant now) {
    return phase == Phase.ENDED
        || (phase == Phase.RUNNING && producer.isOpenDue(now))
        || (isSending()
            && inFlight.size() < limits.inFlightMax()
            && (inFlight.resends() > 0 || lanes.isReady()));
  }

  private boolean isSending() {
    return phase == Phase.RUNNING
        && producer.isUp()
        // A crash publishes unsettled messages again, so keep their number small.
        && !settling.isFailing()
        && pending.published() < limits.marksMax();
  }

  private List<Publishable> nextBurst(Instant now) {
    int max = Math.min(limits.burstMax(), limits.inFlightMax() - inFlight.size());
    boolean wasNothingInFlight = inFlight.size() == 0;
    List<Publishable> burst = new ArrayList<>();
    while (burst.size() < max) {
      Lane resend = inFlight.nextResend();
      Lane lane = resend == null ? lanes.sendNext() : resend;
      if (lane == null) {
        break;
      }
      Publishable entry = lane.sent();
      inFlight.sent(entry.sequence(), lane);
      burst.add(entry);
    }
    if (wasNothingInFlight && !burst.isEmpty()) {
      producer.began(now);
    }
    return burst;
  }

  void opened(long epoch, Instant now) {
    if (producer.opened(epoch, now)) {
      note(RelayObserver::connected);
    }
  }

  void openFailed(long epoch, BrokerException cause, Instant now) {
    if (producer.isCurrent(epoch)) {
      Instant againAt = now.plus(limits.backoff().after(producer.attempts() - 1, random));
      producer.lost(againAt);
      note(observer -> observer.connectFailed(cause, againAt));
    }
  }

  // ---- The broker's answers

  void connectionChanged(long epoch, boolean isUp, Instant now) {
    if (producer.isCurrent(epoch) && producer.changed(isUp, now)) {
      note(isUp ? RelayObserver::connectionRestored : RelayObserver::connectionBroken);
    }
  }

  void acknowledged(long epoch, long sequence, Instant now) {
    Lane copied = null;
    Lane lane;
    if (producer.isCurrent(epoch)) {
      producer.answered(now);
      lane = inFlight.answered(sequence);
    } else {
      lane = inFlight.cancelResend(sequence);
      copied = inFlight.laneOf(sequence);
    }
    if (lane != null) {
      if (!lane.isSentSettled) {
        published(lane.sent(), now);
      }
      lanes.acknowledged(lane);
      release(lane);
    } else if (copied != null && !copied.isSentSettled) {
      // A copy is in flight; the lane continues when the broker answers that one.
      published(copied.sent(), now);
      copied.isSentSettled = true;
    }
  }

  void refused(long epoch, long sequence, Refusal refusal, Instant now) {
    if (!producer.isCurrent(epoch)) {
      return;
    }
    producer.answered(now);
    Lane lane = inFlight.answered(sequence);
    if (lane == null) {
      return;
    }
    if (lane.isSentSettled) {
      release(lane);
      return;
    }
    Publishable entry = lane.sent();
    note(observer ->
        observer.refused(entry.message().eventId(), entry.type(), entry.topicLabel(), refusal));
    switch (refusal.kind()) {
      case TRANSIENT -> hold(lane, refusal, now);
      case PERMANENT -> {
        refusedPermanently(entry, refusal, now);
        release(lane);
      }
    }
  }

  /// The producer is gone. Its unanswered messages are sent again.
  void lost(long epoch, String cause, Instant now) {
    if (!producer.isCurrent(epoch)) {
      return;
    }
    boolean wasWorking = producer.attempts() == 0;
    producer.lost(
        wasWorking ? now : now.plus(limits.backoff().after(producer.attempts() - 1, random)));
    note(observer -> observer.producerLost(cause));
    for (Lane lane : inFlight.takeAll()) {
      Publishable entry = lane.sent();
      note(observer -> observer.unanswered(entry.message().eventId(), entry.topicLabel()));
      if (lane.isSentSettled) {
        release(lane);
      } else if (phase != Phase.RUNNING) {
        abandon(lane);
      } else if (lane.topic.mode == TopicLanes.Mode.HELD && !lane.topic.isTrial(entry)) {
        holdUnanswered(lane);
      } else {
        inFlight.resend(entry.sequence(), lane);
      }
    }
  }

  /// Gives up a producer that has not answered for too long.
  ///
  /// @return true when the caller must close it
  boolean giveUpSilent(Instant now) {
    if (inFlight.size() == 0 || !producer.isSilent(now)) {
      return false;
    }
    producer.stalled();
    lost(
        producer.epoch(),
        "no answer for " + limits.stallMax().toSeconds() + " s to " + inFlight.size() + " messages",
        now);
    return true;
  }

  /// The lane's entry is answered, so the next one may be sent.
  private void release(Lane lane) {
    boolean wasTrial = lane.topic.isTrial(lane.sent());
    lanes.answered(lane);
    if (wasTrial) {
      resume(lane.topic);
    }
  }

  private void resume(TopicLanes topic) {
    lanes.resume(topic);
    note(observer -> observer.topicResumed(topic.name));
  }

  /// The broker does not accept the topic for now.
  private void hold(Lane lane, Refusal refusal, Instant now) {
    TopicLanes topic = lane.topic;
    Publishable entry = lane.sent();
    boolean isHeld = topic.mode == TopicLanes.Mode.HELD;
    if (isHeld && !topic.isTrial(entry)) {
      // It was sent before the topic was held.
      Backlog backlog = backlogFor(lane);
      lanes.heldBehind(backlog, entry.sequence());
      pending.refusedAndHeld(entry, refusal, backlog);
    } else {
      if (!isHeld) {
        note(observer -> observer.topicHeld(topic.name, refusal));
      }
      Instant againAt = now.plus(limits.backoff().after(topic.refusalsInARow, random));
      topic.refusalsInARow++;
      pending.refused(entry, againAt, refusal, topic);
      lanes.hold(topic, new TopicLanes.TrialEntry(entry.sequence(), againAt, Instant.MAX), refusal);
      for (TopicLanes.Waiting behind : lanes.takeWaiting(topic)) {
        holdBack(behind.backlog() == null ? topic.backlog : behind.backlog(), behind.entry());
      }
      inFlight.takeResends(topic).forEach(this::holdUnanswered);
    }
    lanes.answered(lane);
  }

  /// Its topic is held, so the entry is not sent again before the topic resumes.
  private void holdUnanswered(Lane lane) {
    holdBack(backlogFor(lane), lane.sent());
    lanes.answered(lane);
  }

  private static Backlog backlogFor(Lane lane) {
    return lane.backlog == null ? lane.topic.backlog : lane.backlog;
  }

  private void refusedPermanently(Publishable entry, Refusal refusal, Instant now) {
    if (entry.permanentRefusals() + 1 < limits.refusalsMax()) {
      Instant againAt = now.plus(limits.backoff().after(entry.permanentRefusals(), random));
      pending.refused(entry, againAt, refusal, null);
    } else {
      pending.parked(
          new Unpublishable(
              entry.sequence(),
              entry.message().eventId().text(),
              entry.type().text(),
              ParkReason.REFUSED,
              PendingSettlements.text(refusal)));
    }
  }

  // ---- Settlements

  private void published(Publishable entry, Instant now) {
    note(observer -> observer.acknowledged(entry.topicLabel()));
    pending.published(entry, Duration.between(entry.receivedAt(), now));
  }

  private void holdBack(Backlog backlog, Publishable entry) {
    lanes.heldBehind(backlog, entry.sequence());
    pending.held(entry, backlog);
  }

  ForSettler nextSettle(Instant now) {
    if (pending.size() == 0) {
      return phase == Phase.ENDED ? new RelayStep.End() : RelayStep.Wait.IDLE;
    }
    if (settling.isFailing() && phase == Phase.ENDED) {
      return new RelayStep.End();
    }
    return settling.isDue(now)
        ? new RelayStep.Settle(pending.next())
        : new RelayStep.Wait(settling.notBefore());
  }

  /// Whether the settler has something to do now.
  boolean isSettlerWanted(Instant now) {
    // A batch that is being stored needs no attention until it fails.
    boolean hasMarks = settling.isFailing() ? pending.isStoring() : pending.hasUnstarted();
    return phase == Phase.ENDED || (hasMarks && settling.isDue(now));
  }

  void marksStored(Instant now) {
    if (settling.worked()) {
      note(observer -> observer.inboxRecovered("mark entries"));
    }
    for (PendingSettlements.Mark mark : pending.stored()) {
      note(mark.whenStored());
      switch (mark) {
        case PendingSettlements.Mark(Settlement held, Backlog backlog, TopicLanes _, _)
            when backlog != null ->
            lanes.heldStored(backlog, held.sequence());
        case PendingSettlements.Mark(Settlement.Refused trial, Backlog _, TopicLanes topic, _)
            when topic != null ->
            lanes.trialStored(topic, trial.sequence(), trial.at(), now);
        default -> {}
      }
    }
  }

  void marksFailed(InboxException cause, Instant now) {
    Instant againAt = settling.failed(now);
    note(observer -> observer.inboxFailed("mark entries", cause, againAt));
  }

  // ---- The end

  /// Gives unsent entries back to the inbox. The broker may still answer what is in flight.
  void stop() {
    if (phase != Phase.RUNNING) {
      return;
    }
    phase = Phase.STOPPING;
    for (TopicLanes topic : List.copyOf(lanes.all())) {
      lanes.takeWaiting(topic).forEach(each -> pending.released(each.entry()));
    }
    for (Lane lane = inFlight.nextResend(); lane != null; lane = inFlight.nextResend()) {
      abandon(lane);
    }
  }

  /// Gives back entries that are still in flight.
  void abandonInFlight() {
    for (Lane lane : inFlight.takeAll()) {
      if (lane.isSentSettled) {
        lanes.answered(lane);
      } else {
        abandon(lane);
      }
    }
  }

  private void abandon(Lane lane) {
    unanswered++;
    pending.released(lane.sent());
    lanes.answered(lane);
  }

  void end() {
    phase = Phase.ENDED;
  }

  /// Whether any entry is unanswered or not settled yet.
  boolean isBusy() {
    return inFlight.size() > 0 || pending.size() > 0;
  }

  boolean isRunning() {
    return phase == Phase.RUNNING;
  }

  boolean isEnded() {
    return phase == Phase.ENDED;
  }

  Leftovers leftovers() {
    return new Leftovers(unanswered, pending.size());
  }

  // ---- Status

  int inFlight() {
    return inFlight.size();
  }

  /// Entries in the heap.
  int entries() {
    return lanes.entries();
  }

  int marksUnstored() {
    return pending.size();
  }

  /// Topics that are held or draining, or have an entry in the heap.
  long topics() {
    return lanes.busy();
  }

  boolean isConnected() {
    return producer.isUp();
  }

  boolean isStalled() {
    return producer.isStalled();
  }

  boolean isInboxAway() {
    return claiming.isFailing() || settling.isFailing();
  }

  /// The trial entries of held topics: the sequence of each, and its topic.
  Map<Long, String> trialTopics() {
    return lanes.trialTopics();
  }

  SortedMap<String, Refusal> heldTopics() {
    return lanes.held();
  }

  /// Notes for the observer since the last call. Pass them on without holding a lock.
  List<Consumer<RelayObserver>> takeNotes() {
    List<Consumer<RelayObserver>> taken = notes;
    notes = new ArrayList<>();
    return taken;
  }

  private void note(Consumer<RelayObserver> note) {
    notes.add(note);
  }
}
