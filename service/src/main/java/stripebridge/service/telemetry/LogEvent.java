package stripebridge.service.telemetry;

import java.util.Locale;
import stripebridge.core.config.LogSettings.LogLevel;

/// Every line the service may log: its name and how severe it is.
public enum LogEvent {
  /// The process begins; with what.
  SERVICE_STARTING(LogLevel.INFO),
  /// A setting is legal and most likely not meant.
  SETTING_WARNING(LogLevel.WARN),
  /// What a crash of the inbox's Redis could lose, as it is configured.
  INBOX_RISK(LogLevel.WARN),
  /// What the ids of published events take of the memory of the inbox's Redis.
  INBOX_ID_MEMORY(LogLevel.INFO),
  /// Requests are answered from now on.
  SERVICE_LISTENING(LogLevel.INFO),
  /// Webhooks are answered with 503 from now on, and what is in flight is settled.
  SERVICE_STOPPING(LogLevel.INFO),
  /// All is closed; what was left in the inbox.
  SERVICE_STOPPED(LogLevel.INFO),

  /// An event is durable; answered 200.
  WEBHOOK_STORED(LogLevel.INFO),
  /// An event was held already; answered 200.
  WEBHOOK_DUPLICATE(LogLevel.INFO),
  /// An event's id is held by another event; it is parked under a further id, and answered 200.
  WEBHOOK_CONFLICT(LogLevel.ERROR),
  /// As many different events are held under an event's id as may; answered 429.
  WEBHOOK_ID_EXHAUSTED(LogLevel.ERROR),
  /// A webhook was not genuine, or has no readable id and type; answered 400.
  WEBHOOK_REFUSED(LogLevel.WARN),
  /// As many entries wait as may; answered 429.
  WEBHOOK_INBOX_FULL(LogLevel.WARN),
  /// The inbox could not store; answered 503.
  WEBHOOK_NOT_STORED(LogLevel.ERROR),
  /// A request was not let in: too large, too many at once, too slow.
  REQUEST_REFUSED(LogLevel.WARN),
  /// How many webhooks and requests were refused besides, in a second with too many to log each.
  REFUSALS_NOT_LOGGED(LogLevel.WARN),

  /// The broker has acknowledged an event's message and the entry is marked.
  EVENT_PUBLISHED(LogLevel.INFO),
  /// The broker has refused a message, for now or for good.
  MESSAGE_REFUSED(LogLevel.WARN),
  /// A message was not answered before its producer was lost; it is sent once more.
  MESSAGE_UNANSWERED(LogLevel.WARN),
  /// An entry waits for an operator.
  EVENT_PARKED(LogLevel.ERROR),
  /// A topic waits until the broker takes the message it refused.
  TOPIC_HELD(LogLevel.WARN),
  /// A topic flows again.
  TOPIC_RESUMED(LogLevel.INFO),

  BROKER_CONNECTED(LogLevel.INFO),
  BROKER_CONNECTION_BROKEN(LogLevel.WARN),
  BROKER_CONNECTION_RESTORED(LogLevel.INFO),
  BROKER_CONNECT_FAILED(LogLevel.WARN),
  /// A producer is of no use any more; a new one is opened.
  PRODUCER_LOST(LogLevel.WARN),

  /// The inbox could not do something; it is tried until it can.
  INBOX_FAILED(LogLevel.ERROR),
  INBOX_RECOVERED(LogLevel.INFO),
  /// Entries are brought to a newer version of the format, before anything else begins.
  INBOX_MIGRATING(LogLevel.INFO),
  /// Events that were answered may be missing; at each start until it is acknowledged.
  INBOX_EVENTS_MISSING(LogLevel.ERROR),
  /// Whether events are missing cannot be told.
  INBOX_MARK_FAILED(LogLevel.WARN),
  /// An entry was found damaged, and is parked.
  INBOX_ENTRY_DAMAGED(LogLevel.ERROR),
  /// All entries that were there at the start have been looked at.
  INBOX_CHECKED(LogLevel.INFO),
  /// They could not be looked at.
  INBOX_CHECK_FAILED(LogLevel.ERROR),
  /// The file's indexes did not have entries that wait; they were made anew.
  INBOX_INDEX_DAMAGED(LogLevel.ERROR),
  /// No event is stored for now, and why: the disk is nearly full, or the file was taken away.
  INBOX_OUTAGE(LogLevel.ERROR),
  /// Events are stored again.
  INBOX_OUTAGE_OVER(LogLevel.INFO),
  /// The file was taken away; what has become of its entries. The process ends.
  INBOX_LOST(LogLevel.ERROR),

  /// A bug of ours: the relay has ended, or a request was answered with 500.
  BUG(LogLevel.ERROR),
  /// What a library has to say.
  LIBRARY(LogLevel.WARN),
  /// Nobody took the log fast enough.
  LOG_LINES_DROPPED(LogLevel.WARN);

  private final LogLevel level;
  private final String text;

  LogEvent(LogLevel level) {
    this.level = level;
    this.text = name().toLowerCase(Locale.ROOT);
  }

  LogLevel level() {
    return level;
  }

  /// As it is written in a log line.
  String text() {
    return text;
  }
}
