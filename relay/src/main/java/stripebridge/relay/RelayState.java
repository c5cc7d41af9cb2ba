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

/// All decisions of the relay: what is claimed, what is sent when, what becomes of each entry. It
/// is told what happened and when, and answers what to do next. It has no thread, no clock and no
/// I/O, so that a test can play any course of events.
///
/// Not thread-safe: [Relay] guards it.
final class RelayState {
  private enum Phase {
    RUNNING,
    /// Nothing new is claimed or sent; what is in flight is awaited.
    STOPPING,
    ENDED
  }

  /// How long a claim may wait for an entry.
  static final Duration CLAIM_WAIT = Duration.ofMillis(250);

  /// How long after its date the entry that tries a held topic may be missing, before the topic
  /// goes on without it: an operator may have discarded it.
  static final Duration PROBE_GRACE = Duration.ofSeconds(5);

  // There may be thousands of held topics, and thousands of claims a second.
  private static final Duration PROBES_SOUGHT_EVERY = Duration.ofSeconds(1);

  // Claiming one by one as places become free would cost a query for each.
  private static final int ROOM_MIN = 8;

  private final RelayLimits limits;
  private final RandomGenerator random;
  private final TopicLanes lanes = new TopicLanes();
  private final InFlight wire = new InFlight();
  private final PendingSettlements marks;
  private final ProducerState link;
  private final Retry claiming;
  private final Retry settling;
  private List<Consumer<RelayObserver>> notes = new ArrayList<>();
  private Phase phase = Phase.RUNNING;
  private boolean areHeldTopicsKnown;
  private boolean wasHeldClaimedLast;
  private Instant probesSoughtAt = Instant.EPOCH;
  private int unanswered;

  RelayState(RelayLimits limits, RandomGenerator random) {
    this.limits = limits;
    this.random = random;
    this.marks = new PendingSettlements(limits.marksMax());
    this.link = new ProducerState(limits.stallMax());
    this.claiming = new Retry(limits.inboxBackoff(), random);
    this.settling = new Retry(limits.inboxBackoff(), random);
  }

  // ---- What the claimer does

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
    // In turn, so that neither keeps the other from the inbox.
    Lane asking = wasHeldClaimedLast ? null : lanes.nextAsking();
    wasHeldClaimedLast = asking != null;
    if (asking != null) {
      return new RelayStep.ClaimHeld(asking.topic, room);
    }
    return new RelayStep.ClaimAny(room, lanes.isDraining() ? Duration.ZERO : CLAIM_WAIT);
  }

  /// How many more entries may be claimed.
  int room() {
    int places = limits.lookAheadMax() - lanes.entries() - marks.size();
    long bySize = (limits.lookAheadBytesMax() - lanes.bytes()) / limits.entryBytesMax();
    int room = (int) Math.max(0, Math.min(places, bySize));
    return room < ROOM_MIN && lanes.entries() > 0 ? 0 : room;
  }

  /// Whether a lane waits for entries that are held in the inbox.
  boolean isAskingForHeld() {
    return lanes.isAsking();
  }

  /// @param topics as [stripebridge.core.inbox.Inbox#heldTopics] says
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
    // Entries come in the order of sequence: what is not among these has to be behind them.
    long reached = entries.size() < max ? Long.MAX_VALUE : entries.getLast().sequence();
    if (begunAt.isBefore(probesSoughtAt.plus(PROBES_SOUGHT_EVERY))) {
      return;
    }
    probesSoughtAt = begunAt;
    for (Lane lane : lanes.missingProbes(reached, begunAt.minus(PROBE_GRACE))) {
      goOn(lane);
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
        // The routes may have changed since it was held.
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
      case Unpublishable unpublishable -> marks.parked(unpublishable);
      case Publishable publishable when phase != Phase.RUNNING -> marks.released(publishable);
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

  // ---- What the sender does

  ForSender nextSend(Instant now) {
    if (phase == Phase.ENDED) {
      return new RelayStep.End();
    }
    if (phase == Phase.RUNNING && link.isOpenDue(now)) {
      return new RelayStep.Open(link.open());
    }
    List<Publishable> burst = isSending() ? nextBurst(now) : List.of();
    if (!burst.isEmpty()) {
      return new RelayStep.Send(link.epoch(), burst);
    }
    return phase == Phase.RUNNING && link.isToBeOpened()
        ? new RelayStep.Wait(link.openAt())
        : RelayStep.Wait.IDLE;
  }

  /// Whether the sender has something to do now.
  boolean isSenderWanted(Instant now) {
    return phase == Phase.ENDED
        || (phase == Phase.RUNNING && link.isOpenDue(now))
        || (isSending()
            && wire.inFlight() < limits.inFlightMax()
            && (wire.again() > 0 || lanes.isReady()));
  }

  private boolean isSending() {
    return phase == Phase.RUNNING
        && link.isUp()
        // What is published and not marked is published again after a crash: it has to stay little.
        && !settling.isFailing()
        && marks.size() < limits.marksMax();
  }

  private List<Publishable> nextBurst(Instant now) {
    int max = Math.min(limits.burstMax(), limits.inFlightMax() - wire.inFlight());
    boolean wasNothingInFlight = wire.inFlight() == 0;
    List<Publishable> burst = new ArrayList<>();
    while (burst.size() < max) {
      Lane again = wire.nextAgain();
      Lane lane = again == null ? lanes.sendNext() : again;
      if (lane == null) {
        break;
      }
      Publishable entry = sent(lane);
      wire.sent(entry.sequence(), lane);
      burst.add(entry);
    }
    if (wasNothingInFlight && !burst.isEmpty()) {
      link.began(now);
    }
    return burst;
  }

  void opened(long epoch, Instant now) {
    if (link.opened(epoch, now)) {
      note(RelayObserver::connected);
    }
  }

  void openFailed(long epoch, BrokerException cause, Instant now) {
    if (link.isCurrent(epoch)) {
      Instant againAt = now.plus(limits.backoff().after(link.attempts() - 1, random));
      link.lost(againAt);
      note(observer -> observer.connectFailed(cause, againAt));
    }
  }

  // ---- What the broker says

  void connectionChanged(long epoch, boolean isUp, Instant now) {
    if (link.isCurrent(epoch) && link.changed(isUp, now)) {
      note(isUp ? RelayObserver::connectionRestored : RelayObserver::connectionBroken);
    }
  }

  void acknowledged(long epoch, long sequence, Instant now) {
    Lane copied = null;
    Lane lane;
    if (link.isCurrent(epoch)) {
      link.answered(now);
      lane = wire.answered(sequence);
    } else {
      lane = wire.notAgain(sequence);
      copied = wire.inFlight(sequence);
    }
    if (lane != null) {
      if (!lane.isSentSettled) {
        published(sent(lane), now);
      }
      finish(lane);
    } else if (copied != null && !copied.isSentSettled) {
      // Its copy is on the wire: the lane goes on when that one is answered.
      published(sent(copied), now);
      copied.isSentSettled = true;
    }
  }

  void refused(long epoch, long sequence, Refusal refusal, Instant now) {
    if (!link.isCurrent(epoch)) {
      return;
    }
    link.answered(now);
    Lane lane = wire.answered(sequence);
    if (lane == null) {
      return;
    }
    if (lane.isSentSettled) {
      finish(lane);
      return;
    }
    Publishable entry = sent(lane);
    note(observer ->
        observer.refused(entry.message().eventId(), entry.type(), entry.topicLabel(), refusal));
    switch (refusal.kind()) {
      case TRANSIENT -> hold(lane, entry, refusal, now);
      case PERMANENT -> {
        refusedForGood(entry, refusal, now);
        finish(lane);
      }
    }
  }

  /// The producer is of no use any more: what it left unanswered is sent once more.
  void lost(long epoch, String cause, Instant now) {
    if (!link.isCurrent(epoch)) {
      return;
    }
    boolean wasOfUse = link.attempts() == 0;
    link.lost(wasOfUse ? now : now.plus(limits.backoff().after(link.attempts() - 1, random)));
    note(observer -> observer.producerLost(cause));
    for (Lane lane : wire.takeInFlight()) {
      Publishable entry = sent(lane);
      note(observer -> observer.unanswered(entry.message().eventId(), entry.topicLabel()));
      if (lane.isSentSettled) {
        finish(lane);
      } else if (phase == Phase.RUNNING) {
        wire.sendAgain(entry.sequence(), lane);
      } else {
        abandon(lane);
      }
    }
  }

  /// Gives the producer up when it has answered nothing for too long.
  ///
  /// @return whether it is given up, and to be closed
  boolean giveUpSilent(Instant now) {
    if (wire.inFlight() == 0 || !link.isSilent(now)) {
      return false;
    }
    link.stalled();
    lost(
        link.epoch(),
        "no answer for " + limits.stallMax().toSeconds() + " s to " + wire.inFlight() + " messages",
        now);
    return true;
  }

  /// A lane's entry is answered: what is behind it may go.
  private void finish(Lane lane) {
    if (lane.mode == Lane.Mode.HELD) {
      goOn(lane);
    }
    lanes.answered(lane);
  }

  private void goOn(Lane lane) {
    lanes.drain(lane);
    note(observer -> observer.topicResumed(lane.topic));
  }

  private void hold(Lane lane, Publishable entry, Refusal refusal, Instant now) {
    Instant againAt = again(entry, now);
    marks.refused(entry, againAt, refusal, lane);
    if (lane.mode != Lane.Mode.HELD) {
      note(observer -> observer.topicHeld(lane.topic, refusal));
    }
    lanes.hold(lane, new Lane.TrialEntry(entry.sequence(), Instant.MAX));
    lanes.clear(lane).forEach(behind -> holdBack(lane, behind));
    lanes.answered(lane);
  }

  private void refusedForGood(Publishable entry, Refusal refusal, Instant now) {
    if (entry.permanentRefusals() + 1 < limits.refusalsMax()) {
      marks.refused(entry, again(entry, now), refusal, null);
    } else {
      marks.parked(
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

  // ---- Marks

  private void published(Publishable entry, Instant now) {
    note(observer -> observer.acknowledged(entry.topicLabel()));
    marks.published(entry, Duration.between(entry.receivedAt(), now));
  }

  private void holdBack(Lane lane, Publishable entry) {
    lane.marksUnstored++;
    lane.wereAllStored = false;
    marks.held(entry, lane);
  }

  ForSettler nextSettle(Instant now) {
    if (marks.size() == 0) {
      return phase == Phase.ENDED ? new RelayStep.End() : RelayStep.Wait.IDLE;
    }
    if (settling.isFailing() && phase == Phase.ENDED) {
      return new RelayStep.End();
    }
    return settling.isDue(now)
        ? new RelayStep.Settle(marks.next())
        : new RelayStep.Wait(settling.notBefore());
  }

  /// Whether the settler has something to do now.
  boolean isSettlerWanted(Instant now) {
    // What is being stored needs nobody, until it has failed.
    boolean hasMarks = settling.isFailing() ? marks.isStoring() : marks.areNew();
    return phase == Phase.ENDED || (hasMarks && settling.isDue(now));
  }

  void marksStored(Instant now) {
    if (settling.worked()) {
      note(observer -> observer.inboxRecovered("mark entries"));
    }
    for (PendingSettlements.Mark mark : marks.stored()) {
      note(mark.whenStored());
      if (mark.lane() != null) {
        switch (mark.settlement()) {
          case Settlement.Held _ -> lanes.heldStored(mark.lane());
          case Settlement.Refused(long sequence, Instant at, String _, boolean _) ->
              lanes.probeStored(mark.lane(), sequence, at.isAfter(now) ? at : now);
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

  /// Gives back what is not sent. What is in flight may still be answered.
  void stop() {
    if (phase != Phase.RUNNING) {
      return;
    }
    phase = Phase.STOPPING;
    for (Lane lane : List.copyOf(lanes.all())) {
      lanes.clear(lane).forEach(marks::released);
    }
    for (Lane lane = wire.nextAgain(); lane != null; lane = wire.nextAgain()) {
      abandon(lane);
    }
  }

  /// Gives back what is still in flight.
  void abandonInFlight() {
    for (Lane lane : wire.takeInFlight()) {
      if (lane.isSentSettled) {
        lanes.answered(lane);
      } else {
        abandon(lane);
      }
    }
  }

  private void abandon(Lane lane) {
    unanswered++;
    marks.released(sent(lane));
    lanes.answered(lane);
  }

  void end() {
    phase = Phase.ENDED;
  }

  /// Whether something is unanswered or unmarked.
  boolean isBusy() {
    return wire.inFlight() > 0 || marks.size() > 0;
  }

  boolean isRunning() {
    return phase == Phase.RUNNING;
  }

  boolean isEnded() {
    return phase == Phase.ENDED;
  }

  Leftovers leftovers() {
    return new Leftovers(unanswered, marks.size());
  }

  // ---- How it is

  int inFlight() {
    return wire.inFlight();
  }

  /// Entries in the heap.
  int entries() {
    return lanes.entries();
  }

  int marksUnstored() {
    return marks.size();
  }

  /// Topics that are not simply free and idle.
  int topics() {
    return lanes.all().size();
  }

  boolean isConnected() {
    return link.isUp();
  }

  boolean isStalled() {
    return link.isStalled();
  }

  boolean isInboxAway() {
    return claiming.isFailing() || settling.isFailing();
  }

  SortedSet<String> heldTopics() {
    return lanes.held();
  }

  /// What is to be said, since this was last called; not while a lock is held.
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
