package stripebridge.cli.trigger;

import java.net.URI;
import java.time.InstantSource;
import java.util.Iterator;
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
  // A bridge that does not answer must not fill the memory: at this limit, the rate drops.
  private static final int IN_FLIGHT_MAX = 256;

  private final WebhookPoster poster;
  private final URI url;
  private final WebhookSigner signer;
  private final InstantSource clock;
  private final Tamper tamper;
  private final int duplicates;
  private final OutcomeLines lines;
  private final TriggerCounts counts = new TriggerCounts();

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
  ///
  /// @param rate events a second; 0 for each once the previous one is answered
  TriggerCounts run(Iterator<TestEvent> events, double rate, StopRequest stop)
      throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    try (StopRequest.Listening _ = stop.onRequest(stopped::countDown)) {
      if (rate == 0) {
        while (goesOn(events, stopped)) {
          post(events.next());
        }
      } else {
        runAtRate(events, rate, stopped);
      }
    }
    return counts;
  }

  private boolean goesOn(Iterator<TestEvent> events, CountDownLatch stopped) {
    return events.hasNext() && stopped.getCount() > 0 && counts.unreachable() == null;
  }

  private void runAtRate(Iterator<TestEvent> events, double rate, CountDownLatch stopped)
      throws InterruptedException {
    Semaphore free = new Semaphore(IN_FLIGHT_MAX);
    AtomicReference<@Nullable Throwable> bug = new AtomicReference<>();
    long start = System.nanoTime();
    long begun = 0;
    while (goesOn(events, stopped)) {
      TestEvent event = events.next();
      free.acquire();
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
      begun++;
      // Measured from the start, so that a wait that is too long shortens the next.
      long due = start + (long) (begun * 1e9 / rate);
      boolean _ = stopped.await(due - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    free.acquire(IN_FLIGHT_MAX);
    switch (bug.get()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
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
