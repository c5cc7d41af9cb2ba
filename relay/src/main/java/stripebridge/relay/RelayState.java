package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
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

  // Thousands of topics can be held, and there are thousands of claims a second.
  private static final Duration TRIALS_SOUGHT_EVERY = Duration.ofSeconds(1);

  // Claiming entries one by one as room appears would cost a query each.
  private static final int ROOM_MIN = 8;

  private final RelayLimits limits;
  private final RandomGenerator random;
  private final TopicLanes lanes = new TopicLanes();
  private final InFlight inFlight = new InFlight();
  private final PendingSettlements pending;
  private final ProducerState producer;
  private final Retry claiming;
  private final Retry settling;
  private List<Consumer<RelayObserver>> notes = new ArrayList<>();
  private Phase phase = Phase.RUNNING;
  private boolean areHeldTopicsKnown;
  private boolean wasHeldClaimedLast;
  private Instant trialsSoughtAt = Instant.EPOCH;
  private int unanswered;

  RelayState(RelayLimits limits, RandomGenerator random) {
    this.limits = limits;
    this.random = random;
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
    if (!areHeldTopicsKnown) {
      return new RelayStep.FindHeldTopics();
    }
    int room = room();
    if (room == 0) {
      return RelayStep.Wait.IDLE;
    }
    // Alternate, so that neither kind of claim starves the other.
    Lane asking = wasHeldClaimedLast ? null : lanes.nextAsking();
    wasHeldClaimedLast = asking != null;
    if (asking != null) {
      return new RelayStep.ClaimHeld(asking.topic, room);
    }
    return new RelayStep.ClaimAny(room, lanes.isDraining() ? Duration.ZERO : CLAIM_WAIT);
  }

  /// How many more entries may be claimed.
  int room() {
    int places = limits.lookAheadMax() - lanes.entries() - pending.size();
    long bySize = (limits.lookAheadBytesMax() - lanes.bytes()) / limits.entryBytesMax();
    int room = (int) Math.max(0, Math.min(places, bySize));
    return room < ROOM_MIN && lanes.entries() > 0 ? 0 : room;
  }

  /// Whether a lane wants entries that are held in the inbox.
  boolean isAskingForHeld() {
    return lanes.isAsking();
  }

  /// @param topics from [stripebridge.core.inbox.Inbox#heldTopics]
  void heldTopicsFound(Collection<String> topics) {
    claimWorks();
    areHeldTopicsKnown = true;
    topics.forEach(topic -> lanes.drain(lanes.of(topic)));
  }

  /// @param max how many were asked for
  /// @param begunAt when the inbox was asked
  void claimed(List<ComposedMessage> entries, int max, Instant begunAt) {
    claimWorks();
    entries.forEach(this::take);
    // Entries come in sequence, so any entry that is not among these comes later.
    long reached = entries.size() < max ? Long.MAX_VALUE : entries.getLast().sequence();
    if (begunAt.isBefore(trialsSoughtAt.plus(TRIALS_SOUGHT_EVERY))) {
      return;
    }
    trialsSoughtAt = begunAt;
    for (Lane lane : lanes.missingTrials(reached, begunAt.minus(TRIAL_GRACE))) {
      resume(lane);
    }
  }

  void heldClaimed(String topic, List<ComposedMessage> entries) {
    claimWorks();
    Lane lane = lanes.of(topic);
    lane.isAsking = false;
    for (ComposedMessage entry : entries) {
      boolean isInTurn =
          entry instanceof Publishable next
              && next.topic().equals(topic)
              && lane.mode == Lane.Mode.DRAINING
              && phase == Phase.RUNNING;
      if (isInTurn) {
        lanes.enqueue(lane, (Publishable) entry);
      } else {
        // The routes may have changed since the entry was held.
        take(entry);
      }
    }
    if (!entries.isEmpty()) {
      lanes.ask(lane);
    } else if (lane.mode == Lane.Mode.DRAINING && lane.wereAllStored) {
      lanes.free(lane);
    } else if (lane.marksUnstored == 0) {
      lanes.ask(lane);
    }
  }

  void claimFailed(ForClaimer step, InboxException cause, Instant now) {
    Instant againAt = claiming.failed(now);
    note(observer -> observer.inboxFailed("claim entries", cause, againAt));
    if (step instanceof RelayStep.ClaimHeld(String topic, int _)) {
      Lane lane = lanes.of(topic);
      lane.isAsking = false;
      lanes.ask(lane);
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
      case Publishable publishable -> {
        Lane lane = lanes.of(publishable.topic());
        if (lane.takes(publishable)) {
          lanes.enqueue(lane, publishable);
        } else {
          holdBack(lane, publishable);
        }
      }
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
        && pending.size() < limits.marksMax();
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
      Publishable entry = sent(lane);
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
        published(sent(lane), now);
      }
      release(lane);
    } else if (copied != null && !copied.isSentSettled) {
      // A copy is in flight; the lane continues when the broker answers that one.
      published(sent(copied), now);
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
    Publishable entry = sent(lane);
    note(observer ->
        observer.refused(entry.message().eventId(), entry.type(), entry.topicLabel(), refusal));
    switch (refusal.kind()) {
      case TRANSIENT -> hold(lane, entry, refusal, now);
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
      Publishable entry = sent(lane);
      note(observer -> observer.unanswered(entry.message().eventId(), entry.topicLabel()));
      if (lane.isSentSettled) {
        release(lane);
      } else if (phase == Phase.RUNNING) {
        inFlight.resend(entry.sequence(), lane);
      } else {
        abandon(lane);
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
    if (lane.mode == Lane.Mode.HELD) {
      resume(lane);
    }
    lanes.answered(lane);
  }

  private void resume(Lane lane) {
    lanes.drain(lane);
    note(observer -> observer.topicResumed(lane.topic));
  }

  private void hold(Lane lane, Publishable entry, Refusal refusal, Instant now) {
    Instant againAt = again(entry, now);
    pending.refused(entry, againAt, refusal, lane);
    if (lane.mode != Lane.Mode.HELD) {
      note(observer -> observer.topicHeld(lane.topic, refusal));
    }
    lanes.hold(lane, new Lane.TrialEntry(entry.sequence(), Instant.MAX));
    lanes.clear(lane).forEach(behind -> holdBack(lane, behind));
    lanes.answered(lane);
  }

  private void refusedPermanently(Publishable entry, Refusal refusal, Instant now) {
    if (entry.permanentRefusals() + 1 < limits.refusalsMax()) {
      pending.refused(entry, again(entry, now), refusal, null);
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

  private Instant again(Publishable entry, Instant now) {
    return now.plus(limits.backoff().after(entry.refusals(), random));
  }

  // ---- Settlements

  private void published(Publishable entry, Instant now) {
    note(observer -> observer.acknowledged(entry.topicLabel()));
    pending.published(entry, Duration.between(entry.receivedAt(), now));
  }

  private void holdBack(Lane lane, Publishable entry) {
    lane.marksUnstored++;
    lane.wereAllStored = false;
    pending.held(entry, lane);
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
      if (mark.lane() != null) {
        switch (mark.settlement()) {
          case Settlement.Held _ -> lanes.heldStored(mark.lane());
          case Settlement.Refused(long sequence, Instant at, String _, boolean _) ->
              lanes.trialStored(mark.lane(), sequence, at.isAfter(now) ? at : now);
          default -> {}
        }
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
    for (Lane lane : List.copyOf(lanes.all())) {
      lanes.clear(lane).forEach(pending::released);
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
    pending.released(sent(lane));
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

  /// Topics that have a lane: those that are not both free and idle.
  int topics() {
    return lanes.all().size();
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

  SortedSet<String> heldTopics() {
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

  private static Publishable sent(Lane lane) {
    Publishable sent = lane.sent;
    if (sent == null) {
      throw new IllegalStateException("nothing is in flight on topic " + lane.topic);
    }
    return sent;
  }
}
