package stripebridge.service;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import stripebridge.core.inbox.Inbox;
import stripebridge.service.telemetry.LogEvent;
import stripebridge.service.telemetry.ServiceLog;

/// A thread that logs when the inbox stops storing and when it resumes, whether or not webhooks
/// come.
final class OutageWatch implements AutoCloseable {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(500);

  private final Inbox inbox;
  private final ServiceLog log;
  private final Thread thread;
  private volatile boolean isClosed;

  OutageWatch(Inbox inbox, ServiceLog log) {
    this.inbox = inbox;
    this.log = log;
    thread = Thread.ofVirtual().name("outage-watch").start(this::run);
  }

  private void run() {
    boolean wasOut = false;
    while (!isClosed) {
      Optional<String> outage = inbox.outage();
      if (outage.isPresent() && !wasOut) {
        log.log(LogEvent.INBOX_OUTAGE, "cause", outage.get());
      } else if (outage.isEmpty() && wasOut) {
        log.log(LogEvent.INBOX_OUTAGE_OVER);
      }
      wasOut = outage.isPresent();
      LockSupport.parkNanos(LOOK_INTERVAL.toNanos());
    }
  }

  @Override
  public void close() {
    isClosed = true;
    LockSupport.unpark(thread);
  }
}
