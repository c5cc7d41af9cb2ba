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

/// The claimed entries, each in its topic's [Lane], and which lane may send next. Not thread-safe.
final class TopicLanes {
  // Enough that a lane does not wait for the inbox between two of its entries.
  private static final int DRAIN_AHEAD = 16;

  private final Map<String, Lane> lanes = new HashMap<>();
  // Each lane that has an entry to send and none unanswered, once, in turn.
  private final SequencedSet<Lane> ready = new LinkedHashSet<>();
  private final Deque<Lane> asking = new ArrayDeque<>();
  private final SortedSet<String> held = new TreeSet<>();
  private int draining;
  private int entries;
  private long bytes;

  /// Entries in the heap: waiting, sent and to be sent once more.
  int entries() {
    return entries;
  }

  /// What their messages take.
  long bytes() {
    return bytes;
  }

  /// The whole topics that are held, by name.
  SortedSet<String> held() {
    return held;
  }

  /// Whether there is a lane whose entries wait in the inbox and may be sent.
  boolean isDraining() {
    return draining > 0;
  }

  Collection<Lane> all() {
    return lanes.values();
  }

  Lane of(String topic) {
    return lanes.computeIfAbsent(topic, Lane::new);
  }

  @Nullable Lane find(String topic) {
    return lanes.get(topic);
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

  /// Takes the next entry to send; it counts as sent from now on.
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

  /// Forgets the entry that was sent: it is answered, and its lane goes on.
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

  /// Takes back what waits in a lane.
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

  /// Asks for what a draining lane holds in the inbox, unless it has enough or is asking already.
  void ask(Lane lane) {
    if (lane.mode == Mode.DRAINING && !lane.isAsking && lane.waiting.size() < DRAIN_AHEAD) {
      lane.isAsking = true;
      asking.add(lane);
    }
  }

  boolean isAsking() {
    return !asking.isEmpty();
  }

  /// The lane to ask the inbox for; [Lane#isAsking] until it is answered.
  @Nullable Lane nextAsking() {
    Lane lane = asking.poll();
    if (lane != null) {
      lane.wereAllStored = lane.marksUnstored == 0;
    }
    return lane;
  }

  /// The held lanes whose trial, one of the sequences up to that, was due by a date and is not
  /// here.
  List<Lane> missingProbes(long sequenceMax, Instant dueBy) {
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

  /// A topic can be one of any number of accounts': what is not used is not kept.
  private void forgetIfIdle(Lane lane) {
    if (lane.mode == Mode.FREE && lane.isIdle() && lane.marksUnstored == 0) {
      lanes.remove(lane.topic);
    }
  }

  /// The mark of an entry that waits behind its topic is stored.
  void heldStored(Lane lane) {
    lane.marksUnstored--;
    if (lane.marksUnstored == 0) {
      ask(lane);
      forgetIfIdle(lane);
    }
  }

  /// The mark of a refused entry is stored: the inbox can give it again.
  void probeStored(Lane lane, long sequence, Instant due) {
    if (lane.trial != null && lane.trial.sequence() == sequence) {
      lane.trial = new Lane.TrialEntry(sequence, due);
    }
  }
}
