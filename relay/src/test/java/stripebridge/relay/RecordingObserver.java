package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.Refusal;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ParkReason;

/// Records the relay's events as lines.
final class RecordingObserver implements RelayObserver {
  final List<String> heard = new CopyOnWriteArrayList<>();
  final List<Throwable> bugs = new CopyOnWriteArrayList<>();

  @Override
  public void acknowledged(String topicLabel) {
    heard.add("acknowledged " + topicLabel);
  }

  @Override
  public void refused(EventId id, EventType type, String topicLabel, Refusal refusal) {
    heard.add("refused " + id + " " + type + " " + topicLabel + " " + refusal.code());
  }

  @Override
  public void unanswered(EventId id, String topicLabel) {
    heard.add("unanswered " + id + " " + topicLabel);
  }

  @Override
  public void published(EventId id, EventType type, String topicLabel, Duration took) {
    heard.add("published " + id + " " + type + " " + topicLabel);
  }

  @Override
  public void parked(String eventId, String eventType, ParkReason reason, String detail) {
    heard.add("parked " + eventId + " " + eventType + " " + reason + " " + detail);
  }

  @Override
  public void topicHeld(String topic, Refusal refusal) {
    heard.add("held " + topic + " " + refusal.code());
  }

  @Override
  public void topicResumed(String topic) {
    heard.add("resumed " + topic);
  }

  @Override
  public void connected() {
    heard.add("connected");
  }

  @Override
  public void connectionBroken() {
    heard.add("broken");
  }

  @Override
  public void connectionRestored() {
    heard.add("restored");
  }

  @Override
  public void connectFailed(BrokerException cause, Instant againAt) {
    heard.add("connect failed: " + cause.getMessage());
  }

  @Override
  public void producerLost(String cause) {
    heard.add("lost: " + cause);
  }

  @Override
  public void inboxFailed(String action, InboxException cause, Instant againAt) {
    heard.add("inbox failed: " + action);
  }

  @Override
  public void inboxRecovered(String action) {
    heard.add("inbox recovered: " + action);
  }

  @Override
  public void died(Throwable bug) {
    bugs.add(bug);
  }
}
