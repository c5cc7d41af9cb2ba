package stripebridge.relay;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import stripebridge.relay.ComposedMessage.Publishable;

/// One topic's entries in the heap, in the order they are sent; at most one of them is sent and
/// unanswered. Changed by [TopicLanes] and [RelayState] only. Not thread-safe.
final class Lane {
  /// What becomes of the topic's entries.
  enum Mode {
    /// They are sent.
    FREE,
    /// They wait in the inbox, but for the one that the broker refused and that tries the topic.
    HELD,
    /// What waits in the inbox is sent first; newer ones go there behind it.
    DRAINING
  }

  /// The entry that tries a held topic.
  ///
  /// @param due when it is claimable; far ahead until that is in the store
  record TrialEntry(long sequence, Instant due) {}

  final String topic;
  final Deque<Publishable> waiting = new ArrayDeque<>();
  Mode mode = Mode.FREE;

  /// Sent and unanswered, or to be sent once more by the next producer.
  @Nullable Publishable sent;

  /// Whether `sent` is acknowledged already, to the producer before: only its copy is awaited.
  boolean isSentSettled;

  /// Present while the topic is held.
  @Nullable TrialEntry trial;

  /// Held entries whose marks are not stored yet.
  int marksUnstored;

  /// Whether entries held in the inbox are being asked for.
  boolean isAsking;

  /// Whether all entries that were ever held were in the store when it was last asked for them.
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
