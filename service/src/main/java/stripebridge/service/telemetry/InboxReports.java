package stripebridge.service.telemetry;

import java.time.Duration;
import java.time.Instant;
import stripebridge.core.inbox.InboxLoss;
import stripebridge.service.inbox.InboxObserver;

/// Logs what an inbox finds out about its file.
public final class InboxReports implements InboxObserver {
  // A migration of millions of entries takes minutes.
  private static final long PROGRESS_NANOS = Duration.ofSeconds(5).toNanos();

  private final ServiceLog log;
  private long nextProgress = System.nanoTime();

  public InboxReports(ServiceLog log) {
    this.log = log;
  }

  @Override
  public synchronized void migrating(long moved, long total) {
    if (moved == total || System.nanoTime() - nextProgress >= 0) {
      nextProgress = System.nanoTime() + PROGRESS_NANOS;
      log.log(LogEvent.INBOX_MIGRATING, "moved", moved, "of", total);
    }
  }

  @Override
  public void missing(InboxLoss loss) {
    log.log(
        LogEvent.INBOX_EVENTS_MISSING,
        "events",
        loss.events(),
        "first_sequence",
        loss.firstSequence(),
        "last_sequence",
        loss.lastSequence(),
        "accepted_after",
        loss.after().map(Instant::toString).orElse("unknown"),
        "accepted_before",
        loss.before(),
        "hint",
        "they were answered and may not be published; fetch them from Stripe's list of events, then"
            + " stripebridge inbox acknowledge-loss");
  }

  @Override
  public void markFailed(String why) {
    log.log(LogEvent.INBOX_MARK_FAILED, "cause", why);
  }

  @Override
  public void damaged(long sequence, String eventId, String what) {
    log.log(
        LogEvent.INBOX_ENTRY_DAMAGED, "sequence", sequence, "event_id", eventId, "detail", what);
  }

  @Override
  public void unlisted(long entries) {
    log.log(LogEvent.INBOX_INDEX_DAMAGED, "entries", entries);
  }

  @Override
  public void checked(long entries, long damaged) {
    log.log(LogEvent.INBOX_CHECKED, "entries", entries, "damaged", damaged);
  }

  @Override
  public void checkFailed(String why) {
    log.log(LogEvent.INBOX_CHECK_FAILED, "cause", why);
  }
}
