package stripebridge.relay;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.HeldBehind;
import stripebridge.relay.ComposedMessage.Publishable;

/// The claimed entries of one topic and partition key, in the order they are sent. At most one is
/// in flight. Not thread-safe.
final class Lane {
  final TopicLanes topic;
  final String key;

  /// In flight, or waiting to be sent again by the next producer.
  @Nullable Publishable sent;

  /// Whether the previous producer got an acknowledgement for `sent`; only its copy is unanswered.
  boolean isSentSettled;

  /// The entries that did not fit and are held in the inbox, if there may be any.
  @Nullable Backlog backlog;

  // Most lanes have one entry at a time and never need it.
  private @Nullable Deque<Publishable> waiting;

  Lane(TopicLanes topic, String key) {
    this.topic = topic;
    this.key = key;
  }

  int waiting() {
    return waiting == null ? 0 : waiting.size();
  }

  void add(Publishable entry) {
    if (waiting == null) {
      waiting = new ArrayDeque<>();
    }
    waiting.add(entry);
  }

  /// The next entry is sent from now on.
  void sendNext() {
    if (waiting == null || sent != null) {
      throw new IllegalStateException("nothing to send, or one is in flight, on " + topic.name);
    }
    sent = waiting.remove();
    isSentSettled = false;
  }

  Publishable sent() {
    if (sent == null) {
      throw new IllegalStateException("nothing is in flight on topic " + topic.name);
    }
    return sent;
  }

  /// Removes the entries that are not sent.
  Collection<Publishable> takeWaiting() {
    Collection<Publishable> taken = waiting == null ? List.of() : waiting;
    waiting = null;
    return taken;
  }

  boolean isReady() {
    return sent == null && waiting() > 0;
  }

  boolean isIdle() {
    return sent == null && waiting() == 0 && backlog == null;
  }

  /// Returns the backlog, which exists from now on.
  Backlog backlog() {
    if (backlog == null) {
      backlog = new Backlog(topic, this, new HeldBehind(topic.name, key));
    }
    return backlog;
  }
}
