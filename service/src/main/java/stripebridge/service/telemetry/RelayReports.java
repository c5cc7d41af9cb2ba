package stripebridge.service.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.Refusal;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ParkReason;
import stripebridge.relay.RelayObserver;

/// Counts and logs the relay's events.
public final class RelayReports implements RelayObserver {
  private final Metrics metrics;
  private final ServiceLog log;

  public RelayReports(Metrics metrics, ServiceLog log) {
    this.metrics = metrics;
    this.log = log;
  }

  @Override
  public void acknowledged(String topicLabel) {
    metrics.attempted(topicLabel, Metrics.Attempt.ACKED);
  }

  @Override
  public void refused(EventId id, EventType type, String topicLabel, Refusal refusal) {
    metrics.attempted(topicLabel, Metrics.Attempt.REFUSED);
    log.log(
        LogEvent.MESSAGE_REFUSED,
        "event_id",
        id,
        "event_type",
        type,
        "topic",
        topicLabel,
        "code",
        refusal.code(),
        "kind",
        refusal.kind().name().toLowerCase(Locale.ROOT),
        "detail",
        refusal.detail());
  }

  @Override
  public void unanswered(EventId id, String topicLabel) {
    metrics.attempted(topicLabel, Metrics.Attempt.LOST);
    log.log(LogEvent.MESSAGE_UNANSWERED, "event_id", id, "topic", topicLabel);
  }

  @Override
  public void published(EventId id, EventType type, String topicLabel, Duration took) {
    metrics.processed(type.text(), Metrics.Status.SUCCESS);
    metrics.took(type, took);
    log.log(
        LogEvent.EVENT_PUBLISHED,
        "event_id",
        id,
        "event_type",
        type,
        "topic",
        topicLabel,
        "took_ms",
        took.toMillis());
  }

  @Override
  public void parked(String eventId, String eventType, ParkReason reason, String detail) {
    metrics.processed(eventType, Metrics.Status.PARKED);
    log.log(
        LogEvent.EVENT_PARKED,
        "event_id",
        eventId,
        "event_type",
        eventType,
        "reason",
        reason.name().toLowerCase(Locale.ROOT),
        "detail",
        detail);
  }

  @Override
  public void topicHeld(String topic, Refusal refusal) {
    log.log(
        LogEvent.TOPIC_HELD, "topic", topic, "code", refusal.code(), "detail", refusal.detail());
  }

  @Override
  public void topicResumed(String topic) {
    log.log(LogEvent.TOPIC_RESUMED, "topic", topic);
  }

  @Override
  public void connected() {
    log.log(LogEvent.BROKER_CONNECTED);
  }

  @Override
  public void connectionBroken() {
    log.log(LogEvent.BROKER_CONNECTION_BROKEN);
  }

  @Override
  public void connectionRestored() {
    log.log(LogEvent.BROKER_CONNECTION_RESTORED);
  }

  @Override
  public void connectFailed(BrokerException cause, Instant againAt) {
    log.log(LogEvent.BROKER_CONNECT_FAILED, "cause", message(cause), "again_at", againAt);
  }

  @Override
  public void producerLost(String cause) {
    log.log(LogEvent.PRODUCER_LOST, "cause", cause);
  }

  @Override
  public void inboxFailed(String action, InboxException cause, Instant againAt) {
    log.log(LogEvent.INBOX_FAILED, "action", action, "cause", message(cause), "again_at", againAt);
  }

  @Override
  public void inboxRecovered(String action) {
    log.log(LogEvent.INBOX_RECOVERED, "action", action);
  }

  @Override
  public void died(Throwable bug) {
    log.log(LogEvent.BUG, "what", "the relay has ended", "trace", Trace.of(bug));
  }

  private static String message(Exception cause) {
    return String.valueOf(cause.getMessage());
  }
}
