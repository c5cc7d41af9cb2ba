package stripebridge.relay;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import stripebridge.relay.ComposedMessage.Publishable;

/// The claimed entries of one topic, in the order they are sent. At most one is in flight. Only
/// [TopicLanes] and [RelayState] change it. Not thread-safe.
final class Lane {
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
  /// @param due when it can be claimed; [Instant#MAX] until the inbox has stored its date
  record TrialEntry(long sequence, Instant due) {}

  final String topic;
  final Deque<Publishable> waiting = new ArrayDeque<>();
  Mode mode = Mode.FREE;

  /// In flight, or waiting to be sent again by the next producer.
  @Nullable Publishable sent;

  /// Whether the previous producer got an acknowledgement for `sent`; only its copy is unanswered.
  boolean isSentSettled;

  /// Set while the topic is held.
  @Nullable TrialEntry trial;

  /// Held entries that the inbox has not stored as held yet.
  int marksUnstored;

  /// Whether the claimer has been asked for held entries.
  boolean isAsking;

  /// Whether every held entry was stored when the inbox was last asked for them.
  boolean wereAllStored;

  Lane(String topic) {
    this.topic = topic;
  }

  boolean takes(Publishable entry) {
    return switch (mode) {
      case FREE -> true;
      case HELD -> trial != null && trial.sequence() == entry.sequence();
      case DRAINING -> false;
    };
  }

  boolean isIdle() {
    return sent == null && waiting.isEmpty();
  }
}
