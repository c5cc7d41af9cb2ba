package stripebridge.bench.serve;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import stripebridge.core.event.EventId;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxException;

/// Events that arrive at a steady rate, each stored by its own caller as the HTTP server does.
final class Arriving implements AutoCloseable {
  private final Inbox inbox;
  private final Traffic traffic;
  private final long first;
  private final double perSecond;
  private final AtomicLong stored = new AtomicLong();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread thread;
  private volatile boolean isClosed;
  private volatile @Nullable InboxException failure;

  /// Prepares them; they arrive from [#start] on.
  ///
  /// @param first the number of the first event
  Arriving(Inbox inbox, Traffic traffic, long first, double perSecond) {
    this.inbox = inbox;
    this.traffic = traffic;
    this.first = first;
    this.perSecond = perSecond;
    this.thread = Thread.ofPlatform().daemon().name("arriving").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  double perSecond() {
    return perSecond;
  }

  /// How many are stored.
  long count() {
    return stored.get();
  }

  /// Whether it is one of these events.
  boolean isOurs(EventId id) {
    return Long.parseLong(id.text().substring("evt_".length())) >= first;
  }

  private void run() {
    long begun = System.nanoTime();
    for (long i = 0; !isClosed; i++) {
      long due = begun + (long) (i * 1e9 / perSecond);
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      long number = first + i;
      callers.execute(() -> append(number));
    }
  }

  private void append(long number) {
    try {
      inbox.append(traffic.event(number));
      stored.incrementAndGet();
    } catch (InboxException e) {
      failure = e;
    }
  }

  /// Ends the arrivals; returns when all that arrived are stored.
  @Override
  public void close() throws InterruptedException, InboxException {
    isClosed = true;
    thread.join();
    callers.close();
    InboxException why = failure;
    if (why != null) {
      throw why;
    }
  }
}
