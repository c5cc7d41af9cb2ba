package stripebridge.cli.trigger;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.StopRequest;
import stripebridge.stripe.event.TestEvent;
import stripebridge.stripe.webhook.PostResult;
import stripebridge.stripe.webhook.WebhookPoster;
import stripebridge.stripe.webhook.WebhookSigner;

/// Posts events to a bridge: one after another, or at a rate that does not depend on its answers.
final class WebhookSender {
  private final WebhookPoster poster;
  private final URI url;
  private final WebhookSigner signer;
  private final InstantSource clock;
  private final Tamper tamper;
  private final int duplicates;
  private final OutcomeLines lines;
  private final TriggerCounts counts = new TriggerCounts();
  private @Nullable ReachedRate reached;

  /// @param duplicates how often each event is posted again after its answer
  /// @param lines prints each answer
  WebhookSender(
      WebhookPoster poster,
      URI url,
      WebhookSigner signer,
      InstantSource clock,
      Tamper tamper,
      int duplicates,
      OutcomeLines lines) {
    this.poster = poster;
    this.url = url;
    this.signer = signer;
    this.clock = clock;
    this.tamper = tamper;
    this.duplicates = duplicates;
    this.lines = lines;
  }

  /// Posts events until all are sent, the bridge stops answering, or the user stops the run.
  TriggerCounts run(Iterator<TestEvent> events, Pace pace, StopRequest stop)
      throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    try (StopRequest.Listening _ = stop.onRequest(stopped::countDown)) {
      if (pace.isOneByOne()) {
        while (goesOn(events, stopped)) {
          post(events.next());
        }
      } else {
        runAtPace(events, pace, stopped);
      }
    }
    return counts;
  }

  /// How fast the run was; empty when each event was posted after the answer to the one before.
  Optional<ReachedRate> reached() {
    return Optional.ofNullable(reached);
  }

  private boolean goesOn(Iterator<TestEvent> events, CountDownLatch stopped) {
    return events.hasNext() && stopped.getCount() > 0 && counts.unreachable() == null;
  }

  private void runAtPace(Iterator<TestEvent> events, Pace pace, CountDownLatch stopped)
      throws InterruptedException {
    // A bridge that does not answer must not fill the memory: at this limit, the rate drops.
    Semaphore free = new Semaphore(pace.concurrency());
    AtomicReference<@Nullable Throwable> bug = new AtomicReference<>();
    long start = System.nanoTime();
    long blocked = 0;
    int begun = 0;
    while (goesOn(events, stopped)) {
      TestEvent event = events.next();
      blocked += acquire(free);
      startThread(event, free, bug, stopped);
      begun++;
      if (pace.rate() > 0) {
        // Measured from the start, so that a wait that is too long shortens the next.
        long due = start + (long) (begun * 1e9 / pace.rate());
        boolean _ = stopped.await(due - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    }
    free.acquire(pace.concurrency());
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    reached = new ReachedRate(pace, begun, elapsed, Duration.ofNanos(blocked));
    switch (bug.get()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  /// Waits for a free place.
  ///
  /// @return how long, in nanoseconds
  private static long acquire(Semaphore free) throws InterruptedException {
    if (free.tryAcquire()) {
      return 0;
    }
    long start = System.nanoTime();
    free.acquire();
    return System.nanoTime() - start;
  }

  private void startThread(
      TestEvent event,
      Semaphore free,
      AtomicReference<@Nullable Throwable> bug,
      CountDownLatch stopped) {
    Thread.startVirtualThread(() -> {
      try {
        post(event);
      } catch (InterruptedException _) {
        // Never happens: nothing interrupts these threads.
      } catch (Throwable e) {
        // Otherwise the event would count as sent.
        bug.set(e);
        stopped.countDown();
      } finally {
        free.release();
      }
    });
  }

  /// Posts an event, then its duplicates.
  private void post(TestEvent event) throws InterruptedException {
    for (int copy = 0; copy <= duplicates && counts.unreachable() == null; copy++) {
      Tamper.Signed signed = tamper.sign(event.body(), signer, clock.instant());
      switch (poster.post(url, signed.body(), signed.header())) {
        case PostResult.Unreachable failure -> counts.add(failure);
        case PostResult.Answered answer -> {
          int expected = tamper.expectedStatus();
          WebhookOutcome outcome =
              new WebhookOutcome(event, answer, expected, copy > 0 && expected == 200);
          counts.add(outcome);
          lines.print(outcome);
        }
      }
    }
  }
}
