package stripebridge.service.telemetry;

import java.util.Locale;
import stripebridge.core.config.LogSettings.LogLevel;

/// Every line that the service can log, with its name and severity.
public enum LogEvent {
  /// The process starts; its configuration.
  SERVICE_STARTING(LogLevel.INFO),
  /// A setting is valid but probably unintended.
  SETTING_WARNING(LogLevel.WARN),
  /// What a crash of the inbox's Redis could lose with its configuration.
  INBOX_RISK(LogLevel.WARN),
  /// How much of Redis's memory the ids of published events take.
  INBOX_ID_MEMORY(LogLevel.INFO),
  /// Requests are answered from now on.
  SERVICE_LISTENING(LogLevel.INFO),
  /// A setting's file has changed, and its value is used.
  SETTING_RELOADED(LogLevel.INFO),
  /// A setting's file has changed, and its content cannot be used; the last good one stays.
  SETTING_NOT_RELOADED(LogLevel.ERROR),
  /// A webhook secret was never configured here before; its fingerprint.
  SECRET_FIRST_SEEN(LogLevel.INFO),
  /// The ages and uses of secrets cannot be stored for now, or were lost; tried again each minute.
  SECRETS_NOT_RECORDED(LogLevel.WARN),
  /// The certificate for webhooks has changed.
  CERTIFICATE_RELOADED(LogLevel.INFO),
  /// The files of the certificate have changed, and cannot be used; the last good one stays.
  CERTIFICATE_NOT_RELOADED(LogLevel.ERROR),
  /// The topology's file has changed, and its routes are used.
  ROUTES_RELOADED(LogLevel.INFO),
  /// The topology's file has changed, and its routes cannot be used; the former ones stay.
  ROUTES_NOT_RELOADED(LogLevel.ERROR),
  /// Webhooks get 503 from now on; messages in flight are settled.
  SERVICE_STOPPING(LogLevel.INFO),
  /// Everything is closed; what is left in the inbox.
  SERVICE_STOPPED(LogLevel.INFO),

  /// An event is stored; answered 200.
  WEBHOOK_STORED(LogLevel.INFO),
  /// The event is already known; answered 200.
  WEBHOOK_DUPLICATE(LogLevel.INFO),
  /// Another event has this id; it is parked under a further id and answered 200.
  WEBHOOK_CONFLICT(LogLevel.ERROR),
  /// No further id is free for an event with a known id; answered 429.
  WEBHOOK_ID_EXHAUSTED(LogLevel.ERROR),
  /// A webhook was not genuine, or has no readable id and type; answered 400.
  WEBHOOK_REFUSED(LogLevel.WARN),
  /// The inbox is full; answered 429.
  WEBHOOK_INBOX_FULL(LogLevel.WARN),
  /// The inbox could not store; answered 503.
  WEBHOOK_NOT_STORED(LogLevel.ERROR),
  /// A request was refused: too large, too many at once, or too slow.
  REQUEST_REFUSED(LogLevel.WARN),
  /// Refused webhooks are captured in this folder. They hold personal data.
  CAPTURES_ON(LogLevel.INFO),
  /// Captures cannot be written or deleted; webhooks are answered as ever.
  CAPTURES_FAILED(LogLevel.WARN),
  /// Captures are written again.
  CAPTURES_RESUMED(LogLevel.INFO),
  /// How many more requests were refused in a second with too many to log each.
  REFUSALS_NOT_LOGGED(LogLevel.WARN),

  /// The broker acknowledged a message, and its entry is settled.
  EVENT_PUBLISHED(LogLevel.INFO),
  /// The broker refused a message, for now or permanently.
  MESSAGE_REFUSED(LogLevel.WARN),
  /// A producer was lost before its message was answered; it is sent again.
  MESSAGE_UNANSWERED(LogLevel.WARN),
  /// An entry is parked and waits for an operator.
  EVENT_PARKED(LogLevel.ERROR),
  /// A topic is held until the broker accepts the message that it refused.
  TOPIC_HELD(LogLevel.WARN),
  /// A held topic resumes.
  TOPIC_RESUMED(LogLevel.INFO),

  BROKER_CONNECTED(LogLevel.INFO),
  BROKER_CONNECTION_BROKEN(LogLevel.WARN),
  BROKER_CONNECTION_RESTORED(LogLevel.INFO),
  BROKER_CONNECT_FAILED(LogLevel.WARN),
  /// A producer is lost; a new one is opened.
  PRODUCER_LOST(LogLevel.WARN),

  /// The inbox failed; the relay tries again until it works.
  INBOX_FAILED(LogLevel.ERROR),
  INBOX_RECOVERED(LogLevel.INFO),
  /// The file is migrated to a newer format before anything else starts.
  INBOX_MIGRATING(LogLevel.INFO),
  /// Accepted events may be missing; logged at each start until it is acknowledged.
  INBOX_EVENTS_MISSING(LogLevel.ERROR),
  /// It is not known whether events are missing.
  INBOX_MARK_FAILED(LogLevel.WARN),
  /// An entry is damaged, and is parked.
  INBOX_ENTRY_DAMAGED(LogLevel.ERROR),
  /// Every entry that was there at the start has been checked.
  INBOX_CHECKED(LogLevel.INFO),
  /// The check failed.
  INBOX_CHECK_FAILED(LogLevel.ERROR),
  /// The file's indexes lacked waiting entries; they were rebuilt.
  INBOX_INDEX_DAMAGED(LogLevel.ERROR),
  /// No event is stored for now: the disk is nearly full, or the file was taken away.
  INBOX_OUTAGE(LogLevel.ERROR),
  /// Events are stored again.
  INBOX_OUTAGE_OVER(LogLevel.INFO),
  /// The file was taken away; what happened to its entries. The process ends.
  INBOX_LOST(LogLevel.ERROR),

  /// A bug of ours ended the relay or made a request fail with 500.
  BUG(LogLevel.ERROR),
  /// A message from a library.
  LIBRARY(LogLevel.WARN),
  /// Lines were dropped because the log was not read fast enough.
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

  /// The name in a log line.
  String text() {
    return text;
  }
}
