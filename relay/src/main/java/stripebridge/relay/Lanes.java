package stripebridge.relay;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.Refusal;
import stripebridge.core.inbox.HeldBehind;
import stripebridge.relay.ComposedMessage.Publishable;
import stripebridge.relay.TopicLanes.Mode;

/// The claimed entries of all topics: which wait in the heap, which go back to the inbox, and which
/// is sent next. Not thread-safe.
final class Lanes {
  /// How many idle topics are kept because the broker refused their messages not long ago.
  private static final int RECOVERING_MAX = 1_000;

  private final RelayLimits limits;

  /// The most entries of a lane in the heap. If the look-ahead is full, it has entries of enough
  /// lanes to fill the window, so a busy key does not keep the others waiting.
  private final int laneMax;

  private final Map<String, TopicLanes> topics = new HashMap<>();
  // Those that may send an entry, in turn.
  private final SequencedSet<TopicLanes> sendable = new LinkedHashSet<>();
  // Idle topics whose window has not grown back.
  private final SequencedSet<TopicLanes> recovering = new LinkedHashSet<>();
  private final Deque<Backlog> asking = new ArrayDeque<>();
  // Backlogs whose entries come back now.
  private final Set<Backlog> active = new HashSet<>();
  private final SortedMap<String, Refusal> held = new TreeMap<>();
  private int entries;
  private long bytes;
  private int newer;
  private long newerBytes;

  Lanes(RelayLimits limits) {
    this.limits = limits;
    this.laneMax = Math.max(1, limits.lookAheadMax() / limits.inFlightMax());
  }

  /// Claimed entries in the heap: waiting, in flight and to be sent again.
  int entries() {
    return entries;
  }

  /// Those of them that do not wait for an answer of the inbox.
  int sendable() {
    return entries - newer;
  }

  /// The size of their messages.
  long bytes() {
    return bytes;
  }

  /// The full names of held topics, sorted, each with the refusal that held it.
  SortedMap<String, Refusal> held() {
    return held;
  }

  /// Whether entries of any topic or lane come back from the inbox.
  boolean hasBacklogs() {
    return !active.isEmpty();
  }

  Collection<TopicLanes> all() {
    return topics.values();
  }

  /// Topics that are held or draining, or have an entry in the heap.
  long busy() {
    return topics.values().stream().filter(topic -> !topic.isIdle()).count();
  }

  TopicLanes of(String topic) {
    return topics.computeIfAbsent(topic, TopicLanes::new);
  }

  // ---- Claimed entries

  /// Where a claimed entry goes.
  sealed interface Place {
    /// It is in the heap, and counted.
    record Kept() implements Place {}

    /// It must be held, as must these entries, which come before it and are no longer counted.
    record Behind(Backlog backlog, List<Publishable> before) implements Place {}
  }

  private static final Place KEPT = new Place.Kept();

  /// Places an entry that was not held.
  Place place(Publishable entry) {
    TopicLanes topic = of(entry.topic());
    Lane lane = topic.find(entry.orderKey());
    Backlog ofLane = lane == null ? null : lane.backlog;
    if (topic.isTrial(entry)) {
      return keep(topic.lane(entry.orderKey()), entry);
    }
    if (ofLane != null && (topic.mode == Mode.FREE || ofLane.isCollecting)) {
      return putBehind(ofLane, entry);
    }
    return topic.mode == Mode.FREE
        ? keepOrHold(topic.lane(entry.orderKey()), entry)
        : putBehind(topic.backlog, entry);
  }

  /// Places an entry that the inbox has returned in order.
  Place placeReturned(Backlog from, Publishable entry) {
    if (from.lane != null) {
      return keep(from.lane, entry);
    }
    Lane lane = from.topic.lane(entry.orderKey());
    return lane.backlog == null ? keepOrHold(lane, entry) : putBehind(lane.backlog, entry);
  }

  private Place keepOrHold(Lane lane, Publishable entry) {
    return lane.waiting() < laneMax ? keep(lane, entry) : hold(lane.backlog());
  }

  private Place keep(Lane lane, Publishable entry) {
    lane.topic.add(lane, entry);
    enter(entry);
    offer(lane.topic);
    return KEPT;
  }

  private Place putBehind(Backlog backlog, Publishable entry) {
    // While the topic drains, its own newer entries come after those of a lane.
    boolean isLaneOfDraining = backlog.lane != null && backlog.topic.mode != Mode.FREE;
    if (!backlog.isEnding() || isLaneOfDraining) {
      return hold(backlog);
    }
    int most = backlog.lane == null ? limits.inFlightMax() : laneMax;
    if (backlog.newer() < most
        && newer < limits.lookAheadMax() / 4
        && newerBytes + entry.bytes() <= limits.lookAheadBytesMax() / 4) {
      backlog.addNewer(entry);
      newer++;
      newerBytes += entry.bytes();
      enter(entry);
      return KEPT;
    }
    return new Place.Behind(backlog, takeNewer(backlog));
  }

  private Place hold(Backlog backlog) {
    return new Place.Behind(backlog, List.of());
  }

  private List<Publishable> takeNewer(Backlog backlog) {
    Collection<Publishable> taken = backlog.takeNewer();
    taken.forEach(this::leaveNewer);
    return List.copyOf(taken);
  }

  private void leaveNewer(Publishable entry) {
    newer--;
    newerBytes -= entry.bytes();
    leave(entry);
  }

  private void enter(Publishable entry) {
    entries++;
    bytes += entry.bytes();
  }

  private void leave(Publishable entry) {
    entries--;
    bytes -= entry.bytes();
  }

  // ---- Sending

  private void offer(TopicLanes topic) {
    if (topic.canSend()) {
      sendable.add(topic);
    }
  }

  boolean isReady() {
    return !sendable.isEmpty();
  }

  /// Takes the next lane; its first entry counts as sent from now on.
  @Nullable Lane sendNext() {
    if (sendable.isEmpty()) {
      return null;
    }
    TopicLanes topic = sendable.removeFirst();
    Lane lane = topic.sendNext();
    offer(topic);
    ask(topic.backlog);
    if (lane.backlog != null) {
      ask(lane.backlog);
    }
    return lane;
  }

  /// Forgets the entry in flight, which is answered, and lets its lane continue.
  void answered(Lane lane) {
    leave(lane.sent());
    lane.topic.answered(lane);
    offer(lane.topic);
    forgetIfIdle(lane.topic);
  }

  /// The broker has accepted the message in flight. One that was sent before its topic was held
  /// says nothing about the topic.
  void acknowledged(Lane lane) {
    TopicLanes topic = lane.topic;
    if (topic.mode != Mode.HELD || topic.isTrial(lane.sent())) {
      topic.refusalsInARow = 0;
      topic.acknowledged(limits.inFlightMax());
    }
  }

  /// Removes the entries of a topic that are not sent, in sequence order.
  List<TopicLanes.Waiting> takeWaiting(TopicLanes topic) {
    List<TopicLanes.Waiting> taken = topic.takeWaiting();
    sendable.remove(topic);
    for (TopicLanes.Waiting each : taken) {
      if (each.isNewer()) {
        leaveNewer(each.entry());
      } else {
        leave(each.entry());
      }
    }
    for (Lane lane : List.copyOf(topic.lanes())) {
      topic.forgetIfIdle(lane);
    }
    return taken;
  }

  // ---- Modes

  /// The topic is held until the broker accepts the trial entry.
  void hold(TopicLanes topic, TopicLanes.TrialEntry trial, Refusal cause) {
    topic.trial = trial;
    topic.outdateAnswers();
    topic.shrinkWindow();
    held.put(topic.name, cause);
    become(topic, Mode.HELD);
  }

  /// The topic is no longer held. Its entries in the inbox are sent first.
  void resume(TopicLanes topic) {
    topic.trial = null;
    held.remove(topic.name);
    topic.backlogs().forEach(Backlog::resumed);
    become(topic, topic.backlog.isUsed() ? Mode.DRAINING : Mode.FREE);
    topic.backlogs().forEach(this::ask);
    forgetIfIdle(topic);
  }

  private void become(TopicLanes topic, Mode mode) {
    topic.mode = mode;
    topic.backlogs().forEach(this::watch);
  }

  /// Entries are held in the inbox since before this relay.
  ///
  /// @param names each a [HeldBehind#text]
  void found(Collection<String> names) {
    List<TopicLanes> draining = new ArrayList<>();
    for (String name : names) {
      HeldBehind behind = HeldBehind.of(name);
      TopicLanes topic = of(behind.topic());
      topic.shrinkWindow();
      Backlog backlog = behind.key() == null ? topic.backlog : topic.lane(behind.key()).backlog();
      backlog.found();
      if (backlog.lane == null) {
        draining.add(topic);
      }
    }
    for (TopicLanes topic : draining) {
      become(topic, Mode.DRAINING);
      topic.backlogs().forEach(backlog -> backlog.isCollecting = backlog.lane != null);
    }
    for (TopicLanes topic : topics.values()) {
      topic.backlogs().forEach(this::watch);
      topic.backlogs().forEach(this::ask);
    }
  }

  /// The trial entries of held topics: the sequence of each, and its topic.
  Map<Long, String> trialTopics() {
    Map<Long, String> trials = new HashMap<>();
    for (String name : held.keySet()) {
      TopicLanes.TrialEntry trial = of(name).trial;
      if (trial != null) {
        trials.put(trial.sequence(), name);
      }
    }
    return trials;
  }

  /// Held topics whose trial entry should have been claimed by now: its sequence is at most
  /// `sequenceMax` and its date at most `dueBy`, and it is not here.
  List<TopicLanes> missingTrials(long sequenceMax, Instant dueBy) {
    List<TopicLanes> missing = new ArrayList<>();
    for (String name : held.keySet()) {
      TopicLanes topic = of(name);
      TopicLanes.TrialEntry trial = topic.trial;
      if (topic.isTrialAway()
          && trial != null
          && trial.sequence() <= sequenceMax
          && !trial.due().isAfter(dueBy)) {
        missing.add(topic);
      }
    }
    return missing;
  }

  /// The inbox has stored the trial entry with its date and can return it.
  ///
  /// @param date the stored one; an earlier one no longer counts
  void trialStored(TopicLanes topic, long sequence, Instant date, Instant now) {
    TopicLanes.TrialEntry trial = topic.trial;
    if (trial != null && trial.sequence() == sequence && trial.date().equals(date)) {
      topic.trial = new TopicLanes.TrialEntry(sequence, date, date.isAfter(now) ? date : now);
    }
  }

  // ---- Backlogs

  /// An entry is marked as held.
  void heldBehind(Backlog backlog, long sequence) {
    backlog.add(sequence);
    watch(backlog);
  }

  /// The inbox has stored an entry as held.
  void heldStored(Backlog backlog, long sequence) {
    backlog.stored(sequence);
    ask(backlog);
  }

  /// Asks for a backlog's entries, unless its topic is held, or there are enough in the heap.
  private void ask(Backlog backlog) {
    if (backlog.isToBeAsked() && backlog.topic.mode != Mode.HELD && wanted(backlog) > 0) {
      backlog.ask();
      asking.add(backlog);
    }
  }

  /// How many of a backlog's entries to ask for; 0 while it has at least half of its most.
  private int wanted(Backlog backlog) {
    int most = backlog.lane == null ? 4 * limits.inFlightMax() : laneMax;
    int waiting = backlog.lane == null ? backlog.topic.waiting : backlog.lane.waiting();
    return waiting <= most / 2 ? most - waiting : 0;
  }

  boolean isAsking() {
    return !asking.isEmpty();
  }

  /// A question to the inbox.
  record Question(Backlog backlog, int max) {}

  /// The next backlog that wants entries from the inbox.
  @Nullable Question nextQuestion() {
    for (Backlog next = asking.poll(); next != null; next = asking.poll()) {
      int wanted = wanted(next);
      if (next.topic.mode != Mode.HELD && wanted > 0) {
        next.asked();
        return new Question(next, wanted);
      }
      askingFailed(next);
    }
    return null;
  }

  /// The question was not asked, or not answered.
  void askingFailed(Backlog backlog) {
    backlog.askingFailed();
    ask(backlog);
  }

  /// All entries of the answer are placed.
  ///
  /// @return newer entries to place again: the backlog has ended
  List<Publishable> answered(Backlog backlog, int returned, int heldAgain, boolean isAll) {
    backlog.answered(returned, heldAgain, isAll);
    List<Publishable> waiting = List.of();
    if (!backlog.isUsed()) {
      waiting = takeNewer(backlog);
      TopicLanes topic = backlog.topic;
      if (backlog.lane == null && topic.mode == Mode.DRAINING) {
        free(topic);
      } else if (backlog.lane != null) {
        topic.forgetIfIdle(backlog.lane);
      }
      watch(backlog);
      forgetIfIdle(topic);
    }
    ask(backlog);
    return waiting;
  }

  private void free(TopicLanes topic) {
    become(topic, Mode.FREE);
    for (Backlog each : topic.backlogs()) {
      each.isCollecting = false;
      ask(each);
    }
  }

  private void watch(Backlog backlog) {
    if (backlog.isUsed() && backlog.topic.mode != Mode.HELD) {
      active.add(backlog);
    } else {
      active.remove(backlog);
    }
  }

  /// Each account has topics of its own, so an unused one is dropped. One that was held keeps its
  /// window for a while.
  private void forgetIfIdle(TopicLanes topic) {
    if (!topic.isIdle()) {
      return;
    }
    if (topic.isWindowOpen(limits.inFlightMax())) {
      recovering.remove(topic);
      topics.remove(topic.name);
      return;
    }
    recovering.addLast(topic);
    if (recovering.size() > RECOVERING_MAX) {
      TopicLanes eldest = recovering.removeFirst();
      if (eldest.isIdle()) {
        topics.remove(eldest.name);
      }
    }
  }
}
