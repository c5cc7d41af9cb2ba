package stripebridge.cli.queues;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Keeps a state up to date on a thread of its own, so that a broker that does not answer never
/// keeps keys and the window waiting.
final class Sampler implements AutoCloseable {
  // The broker's answer is given up when the thread is interrupted, so this is ample.
  private static final Duration CLOSING_MAX = Duration.ofSeconds(5);

  private final Sampling sampling;
  private final Duration interval;
  private final AtomicReference<WatchState> state;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  Sampler(Sampling sampling, WatchState first) {
    this.sampling = sampling;
    this.interval = first.interval();
    this.state = new AtomicReference<>(first);
    this.thread = Thread.ofVirtual().name("sampler").start(this::sample);
  }

  AtomicReference<WatchState> state() {
    return state;
  }

  /// What ended the sampling, for the thread that looks at it.
  AtomicReference<@Nullable Throwable> failure() {
    return failure;
  }

  private void sample() {
    try {
      while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        Sample sample = sampling.take();
        state.updateAndGet(before -> before.after(sample));
      }
    } catch (InterruptedException _) {
      // Closed.
    } catch (Throwable e) {
      // Else the window would show the last sample for ever.
      failure.set(e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
    try {
      var _ = thread.join(CLOSING_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
