package stripebridge.relay;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import stripebridge.relay.ComposedMessage.Publishable;
import stripebridge.relay.Lane.Mode;

/// The claimed entries by topic, one [Lane] each, and which lane sends next. Not thread-safe.
final class TopicLanes {
  // Enough that a lane need not wait for the inbox between two entries.
  private static final int DRAIN_AHEAD = 16;

  private final Map<String, Lane> lanes = new HashMap<>();
  // Lanes with an entry to send and none in flight, in turn.
  private final SequencedSet<Lane> ready = new LinkedHashSet<>();
  private final Deque<Lane> asking = new ArrayDeque<>();
  private final SortedSet<String> held = new TreeSet<>();
  private int draining;
  private int entries;
  private long bytes;

  /// Claimed entries in the heap: waiting, in flight and to be sent again.
  int entries() {
    return entries;
  }

  /// The size of their messages.
  long bytes() {
    return bytes;
  }

  /// The full names of held topics, sorted.
  SortedSet<String> held() {
    return held;
  }

  /// Whether any lane is draining.
  boolean isDraining() {
    return draining > 0;
  }

  Collection<Lane> all() {
    return lanes.values();
  }

  Lane of(String topic) {
    return lanes.computeIfAbsent(topic, Lane::new);
  }

  void enqueue(Lane lane, Publishable entry) {
    lane.waiting.add(entry);
    entries++;
    bytes += entry.bytes();
    if (lane.sent == null) {
      ready.add(lane);
    }
  }

  boolean isReady() {
    return !ready.isEmpty();
  }

  /// Takes the next lane; its first entry counts as sent from now on.
  @Nullable Lane sendNext() {
    if (ready.isEmpty()) {
      return null;
    }
    Lane lane = ready.removeFirst();
    lane.sent = lane.waiting.remove();
    lane.isSentSettled = false;
    ask(lane);
    return lane;
  }

  /// Forgets the entry in flight, which is answered, and lets its lane continue.
  void answered(Lane lane) {
    Publishable sent = lane.sent;
    if (sent != null) {
      leave(sent);
    }
    lane.sent = null;
    lane.isSentSettled = false;
    if (!lane.waiting.isEmpty()) {
      ready.add(lane);
    }
    forgetIfIdle(lane);
  }

  /// Removes the unsent entries of a lane.
  List<Publishable> clear(Lane lane) {
    List<Publishable> cleared = new ArrayList<>(lane.waiting);
    cleared.forEach(this::leave);
    lane.waiting.clear();
    ready.remove(lane);
    return cleared;
  }

  void hold(Lane lane, Lane.TrialEntry trial) {
    lane.trial = trial;
    become(lane, Mode.HELD);
  }

  void drain(Lane lane) {
    lane.trial = null;
    become(lane, Mode.DRAINING);
    ask(lane);
  }

  void free(Lane lane) {
    lane.trial = null;
    become(lane, Mode.FREE);
    forgetIfIdle(lane);
  }

  private void become(Lane lane, Mode mode) {
    if (lane.mode == Mode.DRAINING) {
      draining--;
    }
    lane.mode = mode;
    if (mode == Mode.DRAINING) {
      draining++;
    }
    if (mode == Mode.HELD) {
      held.add(lane.topic);
    } else {
      held.remove(lane.topic);
    }
  }

  /// Asks for a draining lane's held entries, unless it has enough or has asked already.
  void ask(Lane lane) {
    if (lane.mode == Mode.DRAINING && !lane.isAsking && lane.waiting.size() < DRAIN_AHEAD) {
      lane.isAsking = true;
      asking.add(lane);
    }
  }

  boolean isAsking() {
    return !asking.isEmpty();
  }

  /// The next lane that wants held entries. It stays [Lane#isAsking] until the answer comes.
  @Nullable Lane nextAsking() {
    Lane lane = asking.poll();
    if (lane != null) {
      lane.wereAllStored = lane.marksUnstored == 0;
    }
    return lane;
  }

  /// Held lanes whose trial entry should have been claimed by now: its sequence is at most
  /// `sequenceMax` and its date at most `dueBy`, and it is not here.
  List<Lane> missingTrials(long sequenceMax, Instant dueBy) {
    List<Lane> missing = new ArrayList<>();
    for (String topic : held) {
      Lane lane = of(topic);
      if (lane.isIdle()
          && lane.trial != null
          && lane.trial.sequence() <= sequenceMax
          && !lane.trial.due().isAfter(dueBy)) {
        missing.add(lane);
      }
    }
    return missing;
  }

  private void leave(Publishable entry) {
    entries--;
    bytes -= entry.bytes();
  }

  /// Each account has topics of its own, so an unused lane is dropped.
  private void forgetIfIdle(Lane lane) {
    if (lane.mode == Mode.FREE && lane.isIdle() && lane.marksUnstored == 0) {
      lanes.remove(lane.topic);
    }
  }

  /// The inbox has stored an entry of this lane as held.
  void heldStored(Lane lane) {
    lane.marksUnstored--;
    if (lane.marksUnstored == 0) {
      ask(lane);
      forgetIfIdle(lane);
    }
  }

  /// The inbox has stored the trial entry with its date and can return it.
  void trialStored(Lane lane, long sequence, Instant due) {
    if (lane.trial != null && lane.trial.sequence() == sequence) {
      lane.trial = new Lane.TrialEntry(sequence, due);
    }
  }
}
