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

/// Posts events to a bridge: one after another, or at a rate, whatever time an answer takes.
public final class WebhookSender {
  // A bridge that does not answer must not fill our memory: beyond these, the rate gives way.
  private static final int AT_ONCE_MAX = 256;

  private final WebhookPoster poster;
  private final URI url;
  private final WebhookSigner signer;
  private final InstantSource clock;
  private final Tamper tamper;
  private final int copies;
  private final OutcomeLines lines;
  private final TriggerCounts tally = new TriggerCounts();

  /// @param copies how often each event is posted again after it was answered
  /// @param lines takes what came of each
  public WebhookSender(
      WebhookPoster poster,
      URI url,
      WebhookSigner signer,
      InstantSource clock,
      Tamper tamper,
      int copies,
      OutcomeLines lines) {
    this.poster = poster;
    this.url = url;
    this.signer = signer;
    this.clock = clock;
    this.tamper = tamper;
    this.copies = copies;
    this.lines = lines;
  }

  /// Posts events until there are no more, nobody answers, or it is told to stop.
  ///
  /// @param rate events a second; 0 for one as soon as the one before is answered
  public TriggerCounts run(Iterator<TestEvent> events, double rate, StopRequest stop)
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
    return tally;
  }

  private boolean goesOn(Iterator<TestEvent> events, CountDownLatch stopped) {
    return events.hasNext() && stopped.getCount() > 0 && tally.unreachable() == null;
  }

  private void runAtRate(Iterator<TestEvent> events, double rate, CountDownLatch stopped)
      throws InterruptedException {
    Semaphore free = new Semaphore(AT_ONCE_MAX);
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
          // Nobody interrupts these threads.
        } catch (Throwable e) {
          // Else it would be taken for sent.
          bug.set(e);
          stopped.countDown();
        } finally {
          free.release();
        }
      });
      begun++;
      // By the time since the start: what one wait was too long, the next is shorter.
      long due = start + (long) (begun * 1e9 / rate);
      boolean _ = stopped.await(due - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    free.acquire(AT_ONCE_MAX);
    switch (bug.get()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  /// Posts an event, then its copies.
  private void post(TestEvent event) throws InterruptedException {
    for (int copy = 0; copy <= copies && tally.unreachable() == null; copy++) {
      Tamper.Signed signed = tamper.sign(event.body(), signer, clock.instant());
      switch (poster.post(url, signed.body(), signed.header())) {
        case PostResult.Unreachable failure -> tally.add(failure);
        case PostResult.Answered answer -> {
          int expected = tamper.expectedStatus();
          WebhookOutcome outcome = new WebhookOutcome(event, answer, expected, copy > 0 && expected == 200);
          tally.add(outcome);
          lines.print(outcome);
        }
      }
    }
  }
}
