package stripebridge.relay;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.HeldBehind;
import stripebridge.relay.ComposedMessage.Publishable;

/// The lanes of one topic, and whether the broker accepts its messages. Only [Lanes] changes it.
/// Not thread-safe.
final class TopicLanes {
  /// Where the topic's new entries go.
  enum Mode {
    /// They are sent.
    FREE,
    /// They wait in the inbox. Only the trial entry is sent.
    HELD,
    /// Held entries in the inbox are sent first; newer entries queue up behind them there.
    DRAINING
  }

  /// The entry that is sent to find out whether the broker accepts the topic again.
  ///
  /// @param date when it is tried
  /// @param due when it can be claimed; [Instant#MAX] until the inbox has stored its date
  record TrialEntry(long sequence, Instant date, Instant due) {}

  final String name;
  final Backlog backlog;
  Mode mode = Mode.FREE;

  /// Set while the topic is held.
  @Nullable TrialEntry trial;

  /// Refusals of a trial entry, or of the first one, since the broker last accepted one.
  int refusalsInARow;

  /// Messages in flight, or waiting to be sent again.
  int inFlight;

  /// Entries in the lanes that are not sent.
  int waiting;

  /// The most messages in flight. After a hold, it starts at 1 and doubles with each acknowledged
  /// window.
  private int window = Integer.MAX_VALUE;

  private int acknowledged;
  private final Map<String, Lane> lanes = new HashMap<>();
  // Those with an entry to send and none in flight, in turn.
  private final SequencedSet<Lane> ready = new LinkedHashSet<>();

  TopicLanes(String name) {
    this.name = name;
    this.backlog = new Backlog(this, null, new HeldBehind(name, null));
  }

  Lane lane(String key) {
    return lanes.computeIfAbsent(key, _ -> new Lane(this, key));
  }

  @Nullable Lane find(String key) {
    return lanes.get(key);
  }

  Collection<Lane> lanes() {
    return lanes.values();
  }

  boolean isTrial(Publishable entry) {
    return mode == Mode.HELD && trial != null && trial.sequence() == entry.sequence();
  }

  /// Whether the trial entry is not here: it waits in the inbox for its date.
  boolean isTrialAway() {
    return trial != null && inFlight == 0 && waiting == 0;
  }

  boolean canSend() {
    return inFlight < window && !ready.isEmpty();
  }

  void add(Lane lane, Publishable entry) {
    lane.add(entry);
    waiting++;
    if (lane.isReady()) {
      ready.add(lane);
    }
  }

  Lane sendNext() {
    Lane lane = ready.removeFirst();
    lane.sendNext();
    waiting--;
    inFlight++;
    return lane;
  }

  /// Forgets the entry in flight, which is answered, and lets its lane continue.
  void answered(Lane lane) {
    lane.sent = null;
    lane.isSentSettled = false;
    inFlight--;
    if (lane.isReady()) {
      ready.add(lane);
    }
    forgetIfIdle(lane);
  }

  /// The broker has accepted a message.
  void acknowledged(int windowMax) {
    if (isWindowOpen(windowMax)) {
      return;
    }
    acknowledged++;
    if (acknowledged >= window) {
      window *= 2;
      acknowledged = 0;
    }
  }

  boolean isWindowOpen(int windowMax) {
    return window >= windowMax;
  }

  /// The broker has refused a message for now, or may do so after a restart.
  void shrinkWindow() {
    window = 1;
    acknowledged = 0;
  }

  void forgetIfIdle(Lane lane) {
    if (lane.backlog != null && lane.backlog.isIdle()) {
      lane.backlog = null;
    }
    if (lane.isIdle()) {
      lanes.remove(lane.key);
    }
  }

  /// Removes the entries that are not sent, in sequence order, each with its lane.
  List<Waiting> takeWaiting() {
    List<Waiting> taken = new ArrayList<>();
    for (Lane lane : lanes.values()) {
      lane.takeWaiting().forEach(entry -> taken.add(new Waiting(lane.backlog, entry, false)));
    }
    for (Backlog each : backlogs()) {
      each.takeNewer().forEach(entry -> taken.add(new Waiting(each, entry, true)));
    }
    taken.sort(Comparator.comparingLong(each -> each.entry().sequence()));
    ready.clear();
    waiting = 0;
    return taken;
  }

  /// An entry that is not sent.
  ///
  /// @param backlog of its lane, if there is one; or the backlog that it waits behind
  /// @param isNewer whether it waits behind that
  record Waiting(@Nullable Backlog backlog, Publishable entry, boolean isNewer) {}

  /// The topic's own and those of its lanes.
  List<Backlog> backlogs() {
    List<Backlog> all = new ArrayList<>();
    all.add(backlog);
    for (Lane lane : lanes.values()) {
      if (lane.backlog != null) {
        all.add(lane.backlog);
      }
    }
    return all;
  }

  /// Answers that are on their way are not in order.
  void outdateAnswers() {
    backlogs().forEach(Backlog::outdateAnswer);
  }

  boolean isIdle() {
    return mode == Mode.FREE && lanes.isEmpty() && backlog.isIdle() && !backlog.hasUnstored();
  }
}
